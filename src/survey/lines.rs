//! A limit of lines for each language, from how long its files are.

use std::collections::BTreeMap;

/// Limits that people set.
const LIMITS: &[u32] = &[200, 300, 400, 500, 600, 800, 1000, 1500, 2000, 3000, 5000, 10_000];

/// One file in so many may be over a limit that is proposed.
const ONE_IN: usize = 50;

/// How many languages get a proposal, and from how many files on.
const MOST: usize = 3;
const FEWEST_FILES: usize = 5;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineLimit {
    pub extension: &'static str,
    pub limit: u32,
    pub over: usize,
    pub files: usize,
    pub median: u32,
    pub longest: u32,
}

/// The lengths of the files of one language.
#[derive(Clone, Debug, Default)]
pub struct Lengths {
    /// Of those that seem to be written here.
    pub own: Vec<u32>,
    pub other: Vec<u32>,
}

/// For each of the languages with the most files, the least limit that few of its own files are over; how many
/// are over it is told of all.
pub fn propose(lengths: BTreeMap<&'static str, Lengths>) -> Vec<LineLimit> {
    let mut limits: Vec<_> = lengths.into_iter().filter_map(|(extension, lines)| for_one(extension, lines)).collect();
    limits.sort_by(|a, b| b.files.cmp(&a.files).then_with(|| a.extension.cmp(b.extension)));
    limits.truncate(MOST);
    limits
}

fn for_one(extension: &'static str, lengths: Lengths) -> Option<LineLimit> {
    let Lengths { mut own, mut other } = lengths;
    if own.len() < FEWEST_FILES {
        return None;
    }
    own.sort_unstable();
    let limit = LIMITS.iter().copied().find(|limit| over(&own, *limit) * ONE_IN <= own.len())?;
    own.append(&mut other);
    own.sort_unstable();
    let (median, longest) = (*own.get((own.len() - 1) / 2)?, *own.last()?);
    Some(LineLimit { extension, limit, over: over(&own, limit), files: own.len(), median, longest })
}

fn over(sorted: &[u32], limit: u32) -> usize {
    sorted.len() - sorted.partition_point(|lines| *lines <= limit)
}

#[cfg(test)]
mod tests {
    use super::{Lengths, LineLimit, propose};

    #[test]
    fn few_files_are_over() {
        let own = |own: Vec<u32>| Lengths { own, other: Vec::new() };
        let found =
            propose([("py", own((1..=1000).collect())), ("ts", own(vec![1; 4])), ("go", own(vec![9; 5]))].into());
        let py = LineLimit { extension: "py", limit: 1000, over: 0, files: 1000, median: 500, longest: 1000 };
        let go = LineLimit { extension: "go", limit: 200, over: 0, files: 5, median: 9, longest: 9 };
        assert_eq!(found, [py, go]);
        let long = propose([("py", own([vec![100; 98], vec![700, 20_000]].concat()))].into());
        assert_eq!((long[0].limit, long[0].over), (200, 2));
        assert_eq!(propose([("py", own(vec![20_000; 10]))].into()), []);
    }

    #[test]
    fn others_are_told_and_do_not_count() {
        let lengths = Lengths { own: vec![50; 5], other: vec![9000; 20] };
        let limit = LineLimit { extension: "js", limit: 200, over: 20, files: 25, median: 9000, longest: 9000 };
        assert_eq!(propose([("js", lengths)].into()), [limit]);
    }
}
