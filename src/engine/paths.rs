//! Rules on paths, which look at no content, and what is to be said of paths themselves.

use rayon::prelude::*;

use super::{Raw, Running};
use crate::path::RepoPath;
use crate::rules::{Found, Sink, Stage};
use crate::source::Tree;

/// What rules on paths find: never cached, for their verdict hangs on other paths.
pub(super) fn judge(running: &[Running], tree: &Tree) -> Vec<Raw> {
    let mut raw = Vec::new();
    for Running { rule, stages } in running {
        for stage in stages {
            let found: Vec<Found> = match stage {
                Stage::Path(stage) => tree
                    .entries()
                    .par_iter()
                    .flat_map_iter(|entry| {
                        let mut out = Sink::default();
                        stage.check(entry, tree, &mut out);
                        out.into_found()
                    })
                    .collect(),
                Stage::Tree(stage) => {
                    let mut out = Sink::default();
                    stage.check(tree, &mut out);
                    out.into_found()
                }
                _ => continue,
            };
            raw.extend(found.into_iter().map(|found| Raw { hook: rule.hook, rule, found }));
        }
    }
    raw
}

/// Paths that are one path on a disk that folds case.
pub(super) fn case_collisions(tree: &Tree) -> Option<String> {
    let mut folded: Vec<(Vec<u8>, &RepoPath)> =
        tree.entries().par_iter().map(|entry| (entry.path.as_bytes().to_ascii_lowercase(), &entry.path)).collect();
    folded.par_sort_unstable();
    let pairs: Vec<_> = folded.windows(2).filter(|pair| pair[0].0 == pair[1].0).collect();
    let first = pairs.first()?;
    let more = if pairs.len() > 1 { format!(" and {} more", pairs.len() - 1) } else { String::new() };
    Some(format!("paths that differ only by case collide on some disks: `{}`, `{}`{more}", first[0].1, first[1].1))
}
