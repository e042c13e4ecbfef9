//! Whether one function can be called as another is.

use crate::lang::outline::{Item, Parameter, Place, short};

/// What of `old` a caller would miss in `new`.
pub fn misses(old: &Item, new: &Item) -> Vec<String> {
    let mut misses = Vec::new();
    match (old.is_async, new.is_async) {
        (true, false) => misses.push("there it is not async".to_owned()),
        (false, true) => misses.push("there it is async".to_owned()),
        _ => {}
    }
    if old.decorators != new.decorators {
        let shown = |item: &Item| match item.decorators.as_slice() {
            [] => "nothing".to_owned(),
            all => all.iter().map(|text| format!("`@{}`", short(text))).collect::<Vec<_>>().join(", "),
        };
        misses.push(format!("it is decorated with {}, there with {}", shown(old), shown(new)));
    }
    let has = |place: Place| new.parameters.iter().any(|parameter| parameter.place == place);
    let takes_all = has(Place::Rest) && has(Place::RestByName);
    let mut position = 0;
    for parameter in &old.parameters {
        let name = &parameter.name;
        let found = match parameter.place {
            Place::Rest | Place::RestByName => {
                if !has(parameter.place) {
                    let stars = if parameter.place == Place::Rest { "*" } else { "**" };
                    misses.push(format!("there it takes no `{stars}{name}`"));
                }
                continue;
            }
            Place::Position => at(new, position),
            Place::PositionOrName | Place::Name => {
                new.parameters.iter().find(|other| other.name == *name && is_plain(other))
            }
        };
        let stands_there = at(new, position) == found;
        let has_position = parameter.place != Place::Name;
        position += usize::from(has_position);
        let Some(found) = found else {
            if !takes_all {
                misses.push(format!("there it takes no `{name}`"));
            }
            continue;
        };
        if has_position && found.place == Place::Name {
            misses.push(format!("there `{name}` is given by name alone"));
        } else if has_position && !stands_there {
            misses.push(format!("there `{name}` stands elsewhere"));
        } else if parameter.place != Place::Position && found.place == Place::Position {
            misses.push(format!("there `{name}` is not given by name"));
        }
        match (&parameter.default, &found.default) {
            (Some(_), None) => misses.push(format!("there `{name}` has no default")),
            (Some(own), Some(other)) if own != other => {
                misses.push(format!("there `{name}` is {} by default", short(other)));
            }
            _ => {}
        }
    }
    let known = |parameter: &Parameter| old.parameters.iter().any(|other| other.name == parameter.name);
    for (number, parameter) in new.parameters.iter().enumerate() {
        let covered = old.parameters.get(number).is_some_and(|other| other.place == Place::Position);
        if is_plain(parameter) && parameter.default.is_none() && !known(parameter) && !covered {
            misses.push(format!("there it asks for `{}`", parameter.name));
        }
    }
    misses
}

fn is_plain(parameter: &Parameter) -> bool {
    !matches!(parameter.place, Place::Rest | Place::RestByName)
}

/// The parameter at a position.
fn at(item: &Item, position: usize) -> Option<&Parameter> {
    let by_position = |parameter: &&Parameter| matches!(parameter.place, Place::Position | Place::PositionOrName);
    item.parameters.iter().filter(by_position).nth(position)
}
