//! What is said of each of a group of similar names.

use rustc_hash::FxHashSet;

use crate::finding::{Alternative, Choice, Copied, Span};
use crate::policy::asked::Asked;
use crate::repo::{Place, Repo};
use crate::rules::Found;

use super::super::MOST_PLACES;
use super::kin::{Evidence, Member};
use super::{SecondName, SimilarName};

/// A group, and the one of it to keep.
pub struct Told<'r> {
    pub core: Vec<String>,
    pub home: Member<'r>,
    pub why: String,
    pub others: Vec<Member<'r>>,
    /// Those that could be kept as well.
    pub alternatives: FxHashSet<Place>,
}

/// What is said of similar names.
pub struct Report<'a, 'r> {
    pub rule: &'a SimilarName,
    pub repo: &'r Repo,
    pub evidence: &'a Evidence<'r>,
    pub aliases: &'a [SecondName<'r>],
}

impl<'a, 'r> Report<'a, 'r> {
    pub fn alias(&self, second: &SecondName) -> Found {
        let (name, of) = (&second.alias.name, &second.of);
        let message = format!("`{name}` is `{}` under a second name", of.name);
        let module = self.repo.module(of.module);
        let home = self.repo.imported_as(of.module);
        let help = format!("write `from {home} import {}` where it is used, and delete this alias", of.name);
        let path = &self.repo.module(second.id).path;
        let found = Found::place(path, second.alias.span, second.core.join(" "), message, help).by(self.rule.site());
        let definition = self.repo.definitions(&of.name).find(|(id, _)| *id == of.module);
        match definition {
            Some((_, definition)) => found.see(&module.path, definition.span, "the one thing"),
            None => found,
        }
    }

    pub fn member(&self, Told { core, home, why, others, alternatives }: &Told<'_>, member: &Member<'_>) -> Found {
        let module = self.repo.module(home.id);
        let path = &self.repo.module(member.id).path;
        let message = self.message(member, home);
        let mut found =
            Found::place(path, span(member), core.join(" "), message, self.help(home, member)).by(self.rule.site());
        found.whole_file = member.definition.is_none();
        if let Some(concept) = self.rule.home_of(home, self.repo) {
            found = found.asked(Asked::concept(concept, module.service.as_deref()));
        }
        found = found.see(&module.path, span(home), format!("the one to keep: {why}"));
        let could = alternatives.contains(&member.place());
        let alternative = || Alternative {
            place: self.copied(member),
            message: self.message(home, member),
            help: self.help_here(member, home),
        };
        let choice = Choice { kept: self.copied(home), others: could.then(alternative).into_iter().collect() };
        let rest = others.iter().filter(|other| other.place() != member.place());
        let add = |found: Found, other: &Member| {
            found.see(&self.repo.module(other.id).path, span(other), format!("`{}` too", self.shown(other)))
        };
        rest.take(MOST_PLACES).fold(found.chosen(choice), add)
    }

    /// What one is beside another.
    fn message(&self, one: &Member, other: &Member) -> String {
        let (own, kept) = (self.shown(one), self.shown(other));
        let alike = match self.evidence.is_empty(other) && self.evidence.is_empty(one) {
            true => "with nothing in either".to_owned(),
            false => format!("{:.0} % alike", (self.evidence.alike(other, one) * 100.0).round()),
        };
        let mut message = match own == kept {
            true => format!("`{own}` is defined in `{}` too, {alike}", self.repo.module(other.id).path),
            false => format!("`{own}` is a second `{kept}` by its name, {alike}"),
        };
        // A name that an alias gives to the other one stands for two things.
        let namesake = self.aliases.iter().find(|alias| {
            (alias.alias.name == one.name && alias.of == other.place())
                || (alias.alias.name == other.name && alias.of == one.place())
        });
        if let Some(alias) = namesake {
            let alias_path = &self.repo.module(alias.id).path;
            message += &format!(
                "; `{}` is a second thing under one name: `{alias_path}` gives it to `{}`",
                alias.alias.name, alias.of.name
            );
        }
        message
    }

    /// What to do with one where the other is kept.
    fn help(&self, kept: &Member, one: &Member) -> String {
        let help = match kept.definition {
            Some(_) if kept.id == one.id => format!("move what it adds into `{}` and use that", kept.name),
            Some(_) => {
                let from = self.repo.imported_as_in(kept.id, one.id);
                format!("move what it adds there and write `from {from} import {}`", kept.name)
            }
            None => format!("move what it adds into `{}`", self.repo.module(kept.id).path),
        };
        format!("{help}; or name it for what sets it apart")
    }

    /// The same, said at the one that is kept.
    fn help_here(&self, kept: &Member, one: &Member) -> String {
        let at = &self.repo.module(one.id).path;
        let help = match kept.definition {
            Some(_) if kept.id == one.id => format!("move what it adds into `{}` and use that", kept.name),
            Some(_) => {
                let from = self.repo.imported_as_in(kept.id, one.id);
                format!("move what it adds here and write `from {from} import {}` in `{at}`", kept.name)
            }
            None => format!("move what `{at}` adds here"),
        };
        format!("{help}; or name it for what sets it apart")
    }

    fn copied(&self, member: &Member) -> Copied {
        let name = member.definition.map(|definition| definition.name.to_string()).unwrap_or_default();
        Copied { path: self.repo.module(member.id).path.clone(), name }
    }

    /// The name as it is shown: a file's with its ending.
    fn shown(&self, member: &Member) -> String {
        match member.definition {
            Some(_) => member.name.to_owned(),
            None => String::from_utf8_lossy(self.repo.module(member.id).path.name()).into_owned(),
        }
    }
}

fn span(member: &Member) -> Span {
    member.definition.map_or(Span::FILE, |definition| definition.span)
}
