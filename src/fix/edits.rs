//! The edits that end findings, file by file.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::finding::moves::{Move, Repair, Rewriting};
use crate::finding::{Applicability, Edit, Finding, Fix, Span};
use crate::lang;
use crate::path::RepoPath;
use crate::source::{self, Source, SourceError, Tree};

const BOM: &str = "\u{feff}";

/// What is to be done to one file.
pub(super) struct FilePlan {
    pub path: RepoPath,
    pub text: String,
    has_bom: bool,
    pub rewriting: Rewriting,
    /// The finding of each move, by its number among those that were given.
    pub owners: Vec<usize>,
}

impl FilePlan {
    /// The content after all edits.
    pub fn content(&self) -> Vec<u8> {
        let bom = if self.has_bom { BOM } else { "" };
        (bom.to_owned() + &self.rewriting.apply(&self.text)).into_bytes()
    }

    /// Why a finding is not mended, if any of its moves is refused.
    pub fn refusal(&self, finding: usize) -> Option<&str> {
        let own = |(cause, _): &&(usize, String)| self.owners.get(*cause) == Some(&finding);
        self.rewriting.refused.iter().find(own).map(|(_, why)| why.as_str())
    }
}

/// What became of a file that findings would have rewritten.
pub(super) enum Planned {
    Edits(FilePlan),
    /// Why nothing can be done, for these findings.
    Nothing(Vec<usize>, &'static str),
}

/// Makes edits of the moves that `findings` ask for, each given with its number.
pub(super) fn plan<'f>(
    source: &dyn Source,
    tree: &Tree,
    findings: impl IntoIterator<Item = (usize, &'f Finding)>,
) -> Result<Vec<Planned>, SourceError> {
    let mut by_path: BTreeMap<&RepoPath, Vec<(usize, &[Move])>> = BTreeMap::new();
    for (number, finding) in findings {
        if let Some(Repair::Moves(moves)) = &finding.repair {
            by_path.entry(&finding.path).or_default().push((number, moves));
        }
    }
    let mut texts = source::contents(source, tree, by_path.keys().copied())?;
    let files: Vec<_> = by_path.into_iter().map(|(path, asked)| (path, asked, texts.remove(path))).collect();
    Ok(files.into_par_iter().map(|(path, asked, bytes)| plan_file(path, &asked, bytes)).collect())
}

fn plan_file(path: &RepoPath, asked: &[(usize, &[Move])], bytes: Option<Vec<u8>>) -> Planned {
    let nothing = |why| Planned::Nothing(asked.iter().map(|(number, _)| *number).collect(), why);
    let Some(bytes) = bytes else { return nothing("it could not be read") };
    let Ok(text) = String::from_utf8(bytes) else { return nothing("it is not UTF-8") };
    let (has_bom, text) = match text.strip_prefix(BOM) {
        Some(rest) => (true, rest.to_owned()),
        None => (false, text),
    };
    let (mut owners, mut moves) = (Vec::new(), Vec::new());
    for (number, own) in asked {
        owners.extend(own.iter().map(|_| *number));
        moves.extend(own.iter().cloned());
    }
    let rewriting = lang::of(path).rewrite(&text, &moves);
    Planned::Edits(FilePlan { path: path.clone(), text, has_bom, rewriting, owners })
}

/// Gives each finding that a machine can end the edits that do it.
pub fn attach(source: &dyn Source, tree: &Tree, findings: &mut [Finding]) -> Result<(), SourceError> {
    let planned = plan(source, tree, findings.iter().enumerate())?;
    for file in planned.iter().filter_map(|planned| match planned {
        Planned::Edits(file) => Some(file),
        Planned::Nothing(..) => None,
    }) {
        let mut fixes: BTreeMap<usize, Vec<Edit>> = BTreeMap::new();
        for edit in &file.rewriting.edits {
            let mut owners: Vec<usize> =
                edit.causes.iter().filter_map(|cause| file.owners.get(*cause).copied()).collect();
            owners.dedup();
            for owner in owners.into_iter().filter(|owner| file.refusal(*owner).is_none()) {
                fixes.entry(owner).or_default().push(Edit {
                    path: file.path.clone(),
                    span: Span::of(&file.text, edit.range.clone()),
                    content: edit.content.clone(),
                });
            }
        }
        for (number, edits) in fixes {
            if let Some(finding) = findings.get_mut(number) {
                finding.fix = Some(Fix { applicability: Applicability::Safe, edits });
            }
        }
    }
    Ok(())
}
