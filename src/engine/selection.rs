//! Which rules run, and which of them are denied.

use crate::policy::Policy;
use crate::policy::error::{PolicyError, nearest};
use crate::rules::max_file_size::oversize_growth;
use crate::rules::policy::{stale_allow, stale_baseline};
use crate::rules::source::unchecked_file;
use crate::rules::{ANY_HOOK, RULES, RuleDef, find, find_shown};

/// Rules that say something of what others find.
const ON_OTHERS: [&str; 3] = [oversize_growth::RULE.name, stale_allow::RULE.name, stale_baseline::RULE.name];

/// What the command line narrows and sharpens.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// The hooks that run; all where there are none.
    pub hooks: Vec<&'static str>,
    /// The rules that run; all of the hooks where there are none.
    pub rules: Vec<&'static str>,
    /// Rules whose findings are errors.
    pub denied: Vec<&'static str>,
    pub deny_warnings: bool,
}

impl Selection {
    pub fn runs_hook(&self, id: &str) -> bool {
        self.hooks.is_empty() || self.hooks.contains(&id)
    }

    pub(super) fn denies(&self, rule: &RuleDef) -> bool {
        self.denied.contains(&rule.name)
    }

    pub(super) fn names(&self, rule: &RuleDef) -> bool {
        self.rules.contains(&rule.name)
    }

    /// Whether nothing but rules on others is named: then those others run too, and are not reported.
    fn is_on_others(&self) -> bool {
        !self.rules.is_empty() && self.rules.iter().all(|name| ON_OTHERS.contains(name))
    }

    /// Whether a rule runs as far as it was named.
    pub(super) fn runs(&self, rule: &RuleDef) -> bool {
        self.rules.is_empty() || self.names(rule) || self.is_on_others()
    }

    /// Whether what a rule found is reported. What could not be checked always is.
    pub(super) fn reports(&self, rule: &str) -> bool {
        !self.is_on_others() || self.rules.contains(&rule) || rule == unchecked_file::RULE.name
    }

    /// The rules that run under `policy`: asked for, and not off. A rule that is named or denied on the command
    /// line is not off.
    pub(super) fn rules(&self, policy: &Policy) -> Vec<&'static RuleDef> {
        let is_on =
            |rule: &RuleDef| self.denies(rule) || self.names(rule) || policy.level(rule.name, rule.level).0.is_some();
        let asked = |rule: &RuleDef| {
            let by_hook = rule.hook == ANY_HOOK || self.runs_hook(rule.hook);
            by_hook && self.runs(rule)
        };
        RULES.iter().copied().filter(|rule| asked(rule) && is_on(rule)).collect()
    }
}

/// The names of rules in the policy that no rule bears.
pub(super) fn unknown_rules(policy: &Policy) -> Vec<PolicyError> {
    let levels = policy.levels.iter().map(|level| (&level.rule.value, &level.rule.range));
    let allows = policy.allows.iter().map(|allow| (&allow.rule, &allow.rule_range));
    levels
        .chain(allows)
        .filter(|(name, _)| find(name).is_none())
        .map(|(name, range)| {
            let error = PolicyError::new(range.clone(), format!("there is no rule `{name}`"));
            let shown = || find_shown(name).map(|rule| rule.name);
            match shown().or_else(|| nearest(name, RULES.iter().map(|rule| rule.name))) {
                Some(known) => error.help(format!("did you mean `{known}`?")),
                None => error.help("`ssot rules` lists the rules"),
            }
        })
        .collect()
}
