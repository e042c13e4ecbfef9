//! Contracts in the words of both.

pub struct Contract {
    pub name: &'static str,
    /// Its keys in `ssot.toml`.
    pub ours: &'static str,
    /// Its type and its options in import-linter.
    pub theirs: (&'static str, &'static str),
    /// Whether imports through other modules are compared too.
    pub indirect: bool,
}

const fn direct(name: &'static str, ours: &'static str, theirs: (&'static str, &'static str)) -> Contract {
    Contract { name, ours, theirs, indirect: false }
}

const fn indirect(name: &'static str, ours: &'static str, theirs: (&'static str, &'static str)) -> Contract {
    Contract { indirect: true, ..direct(name, ours, theirs) }
}

pub const DJANGO: &[Contract] = &[
    direct(
        "forbidden-direct",
        "type = 'forbidden'\nfrom = ['django.db', 'django.forms']\nto = ['django.http', 'django.core', 'json']",
        (
            "forbidden",
            r#"{"source_modules": ["django.db", "django.forms"],
            "forbidden_modules": ["django.http", "django.core", "json"], "allow_indirect_imports": "true"}"#,
        ),
    ),
    indirect(
        "forbidden",
        "type = 'forbidden'\nfrom = ['django.utils', 'django.dispatch']\nto = ['django.http', 'django.template']",
        (
            "forbidden",
            r#"{"source_modules": ["django.utils", "django.dispatch"],
            "forbidden_modules": ["django.http", "django.template"]}"#,
        ),
    ),
    indirect(
        "forbidden-kept",
        "type = 'forbidden'\nfrom = 'django.dispatch'\nto = 'django.contrib.gis'",
        ("forbidden", r#"{"source_modules": ["django.dispatch"], "forbidden_modules": ["django.contrib.gis"]}"#),
    ),
    direct(
        "layers-direct",
        "type = 'layers'\nlayers = ['django.contrib', 'django.views | django.forms', 'django.db', 'django.utils']",
        ("layers", r#"{"layers": ["django.contrib", "django.views | django.forms", "django.db", "django.utils"]}"#),
    ),
    indirect(
        "layers",
        "type = 'layers'\nlayers = ['django.views : django.forms', 'django.db', 'django.dispatch']",
        ("layers", r#"{"layers": ["django.views : django.forms", "django.db", "django.dispatch"]}"#),
    ),
    indirect(
        "layers-contained",
        "type = 'layers'\nlayers = ['(admin)', '(views)', '(forms) | (managers)', '(models)']\ncontainers = 'django.contrib.*'",
        (
            "layers",
            r#"{"layers": ["(admin)", "(views)", "(forms) | (managers)", "(models)"],
            "containers": ["django.contrib.*"]}"#,
        ),
    ),
    direct(
        "independence-direct",
        "type = 'independence'\nmodules = 'django.contrib.*'",
        ("independence", r#"{"modules": ["django.contrib.*"]}"#),
    ),
    indirect(
        "independence",
        "type = 'independence'\nmodules = ['django.contrib.auth', 'django.contrib.sites', 'django.utils', 'django.db']",
        (
            "independence",
            r#"{"modules": ["django.contrib.auth", "django.contrib.sites", "django.utils", "django.db"]}"#,
        ),
    ),
    direct(
        "protected",
        "type = 'protected'\nmodules = ['django.db.models.sql', 'django.db.backends']\nimporters = ['django.db.models', 'django.core']",
        (
            "protected",
            r#"{"protected_modules": ["django.db.models.sql", "django.db.backends"],
            "allowed_importers": ["django.db.models", "django.core"]}"#,
        ),
    ),
    direct(
        "acyclic",
        "type = 'acyclic'\nbelow = 'django'\ndepth = 20",
        ("acyclic_siblings", r#"{"ancestors": ["django"], "depth": "19"}"#),
    ),
];

pub const HOMEASSISTANT: &[Contract] = &[
    direct(
        "forbidden-direct",
        "type = 'forbidden'\nfrom = ['homeassistant.helpers', 'homeassistant.util']\nto = ['homeassistant.components', 'voluptuous']",
        (
            "forbidden",
            r#"{"source_modules": ["homeassistant.helpers", "homeassistant.util"],
            "forbidden_modules": ["homeassistant.components", "voluptuous"], "allow_indirect_imports": "true"}"#,
        ),
    ),
    indirect(
        "forbidden",
        "type = 'forbidden'\nfrom = 'homeassistant.util'\nto = ['homeassistant.auth', 'homeassistant.scripts']",
        (
            "forbidden",
            r#"{"source_modules": ["homeassistant.util"], "forbidden_modules": ["homeassistant.auth", "homeassistant.scripts"]}"#,
        ),
    ),
    direct(
        "layers-direct",
        "type = 'layers'\nlayers = ['homeassistant.components', 'homeassistant.auth | homeassistant.scripts', 'homeassistant.helpers', 'homeassistant.util']",
        (
            "layers",
            r#"{"layers": ["homeassistant.components", "homeassistant.auth | homeassistant.scripts", "homeassistant.helpers", "homeassistant.util"]}"#,
        ),
    ),
    direct(
        "layers-contained",
        "type = 'layers'\nlayers = ['(config_flow) : (sensor) : (switch)', '(coordinator)', '(const)']\ncontainers = 'homeassistant.components.*'",
        (
            "layers",
            r#"{"layers": ["(config_flow) : (sensor) : (switch)", "(coordinator)", "(const)"], "containers": ["homeassistant.components.*"]}"#,
        ),
    ),
    direct(
        "independence",
        "type = 'independence'\nmodules = ['homeassistant.components.cloud', 'homeassistant.components.alexa', 'homeassistant.components.google_assistant', 'homeassistant.components.recorder']",
        (
            "independence",
            r#"{"modules": ["homeassistant.components.cloud", "homeassistant.components.alexa", "homeassistant.components.google_assistant", "homeassistant.components.recorder"]}"#,
        ),
    ),
    direct(
        "protected",
        "type = 'protected'\nmodules = 'homeassistant.components.recorder'\nimporters = 'homeassistant.components.history'",
        (
            "protected",
            r#"{"protected_modules": ["homeassistant.components.recorder"],
            "allowed_importers": ["homeassistant.components.history"]}"#,
        ),
    ),
    direct(
        "acyclic",
        "type = 'acyclic'\nbelow = 'homeassistant'\ndepth = 1",
        ("acyclic_siblings", r#"{"ancestors": ["homeassistant"], "depth": "0"}"#),
    ),
];

pub const ODD: &[Contract] = &[
    direct(
        "forbidden-direct",
        "type = 'forbidden'\nfrom = 'odd.low'\nto = ['odd.high', 'odd.mid.deep', 'json']",
        (
            "forbidden",
            r#"{"source_modules": ["odd.low"], "forbidden_modules": ["odd.high", "odd.mid.deep", "json"],
            "allow_indirect_imports": "true"}"#,
        ),
    ),
    indirect(
        "forbidden",
        "type = 'forbidden'\nfrom = ['odd.high', 'odd.user']\nto = ['odd.low.plain', 'odd.low.star', 'json']",
        (
            "forbidden",
            r#"{"source_modules": ["odd.high", "odd.user"],
            "forbidden_modules": ["odd.low.plain", "odd.low.star", "json"]}"#,
        ),
    ),
    direct(
        "layers-direct",
        "type = 'layers'\nlayers = ['odd.high', 'odd.mid | odd.aside', 'odd.low']",
        ("layers", r#"{"layers": ["odd.high", "odd.mid | odd.aside", "odd.low"]}"#),
    ),
    indirect(
        "layers",
        "type = 'layers'\nlayers = ['high', '(none) : aside', 'low']\ncontainers = 'odd'",
        ("layers", r#"{"layers": ["high", "(none) : aside", "low"], "containers": ["odd"]}"#),
    ),
    direct(
        "independence-direct",
        "type = 'independence'\nmodules = 'odd.*'",
        ("independence", r#"{"modules": ["odd.*"]}"#),
    ),
    indirect(
        "independence",
        "type = 'independence'\nmodules = ['odd.high', 'odd.aside', 'odd.low']",
        ("independence", r#"{"modules": ["odd.high", "odd.aside", "odd.low"]}"#),
    ),
    direct(
        "protected",
        "type = 'protected'\nmodules = ['odd.high.*', 'odd.mid']\nimporters = ['odd.low.many', 'odd.high']",
        (
            "protected",
            r#"{"protected_modules": ["odd.high.*", "odd.mid"], "allowed_importers": ["odd.low.many", "odd.high"]}"#,
        ),
    ),
    direct(
        "acyclic",
        "type = 'acyclic'\nbelow = 'odd'\ndepth = 3",
        ("acyclic_siblings", r#"{"ancestors": ["odd"], "depth": "2"}"#),
    ),
];
