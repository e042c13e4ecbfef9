//! The stretches that are kept of one file, in little room: of all files there are millions.

use serde::{Deserialize, Serialize};

use crate::cache::flat;

/// Where each starts, as a gap from the one before, and its hash.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grams {
    #[serde(with = "flat")]
    hashes: Vec<u32>,
    /// [`WIDE`] for those that take more room.
    #[serde(with = "flat")]
    gaps: Vec<u8>,
    #[serde(with = "flat")]
    wide: Vec<u32>,
}

/// A gap that is among the wide ones.
const WIDE: u8 = u8::MAX;

impl Grams {
    /// From places that rise, and hashes.
    pub fn of(grams: &[(u32, u32)]) -> Self {
        let starts = std::iter::once(0).chain(grams.iter().map(|(place, _)| *place));
        let gaps = || grams.iter().zip(starts.clone()).map(|((place, _), last)| place - last);
        let short = |gap: u32| u8::try_from(gap).unwrap_or(WIDE);
        Self {
            hashes: grams.iter().map(|(_, hash)| *hash).collect(),
            gaps: gaps().map(short).collect(),
            wide: gaps().filter(|gap| short(*gap) == WIDE).collect(),
        }
    }

    pub fn len(&self) -> usize {
        self.hashes.len()
    }

    /// The place and the hash of each.
    pub fn iter(&self) -> impl Iterator<Item = (u32, u32)> {
        let mut wide = self.wide.iter();
        let place = move |place: &mut u32, (gap, hash): (&u8, &u32)| {
            *place += if *gap == WIDE { *wide.next()? } else { u32::from(*gap) };
            Some((*place, *hash))
        };
        self.gaps.iter().zip(&self.hashes).scan(0, place)
    }
}

#[cfg(test)]
mod tests {
    use super::Grams;

    #[test]
    fn what_is_put_comes_back() {
        let all = [(0, 1), (254, u32::MAX), (509, 0), (509 + 255, 7), (1 << 20, 9)];
        let grams = Grams::of(&all);
        assert_eq!(grams.len(), all.len());
        assert!(grams.iter().eq(all));
        assert_eq!(Grams::default().iter().count(), 0);
    }
}
