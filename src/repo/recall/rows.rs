//! Lists one behind the other, each of which may be unknown: of many modules they take few pieces of memory, and are read
//! in one go.

use serde::{Deserialize, Serialize};

use crate::cache::flat::{self, Flat};

/// Numbered from 0.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "T: Flat")]
pub struct Rows<T> {
    /// Where each ends, twice, and one more if it is known.
    #[serde(with = "flat")]
    ends: Vec<u32>,
    #[serde(with = "flat")]
    items: Vec<T>,
}

impl<T> Default for Rows<T> {
    fn default() -> Self {
        Self { ends: Vec::new(), items: Vec::new() }
    }
}

impl<T: Clone> Rows<T> {
    pub fn push(&mut self, row: Option<&[T]>) {
        self.items.extend_from_slice(row.unwrap_or_default());
        let end = u32::try_from(self.items.len()).unwrap_or(u32::MAX).min(u32::MAX >> 1);
        self.ends.push(end << 1 | u32::from(row.is_some()));
    }

    pub fn get(&self, number: usize) -> Option<&[T]> {
        let end = self.ends.get(number).filter(|end| **end & 1 == 1)?;
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before] >> 1);
        self.items.get(start as usize..(end >> 1) as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::Rows;

    #[test]
    fn what_is_put_comes_back() -> postcard::Result<()> {
        let mut rows = Rows::default();
        let all: [Option<&[u32]>; 5] = [Some(&[1, 2]), None, Some(&[]), Some(&[3]), None];
        all.into_iter().for_each(|row| rows.push(row));
        let bytes = postcard::to_stdvec(&rows)?;
        let read: Rows<u32> = postcard::from_bytes(&bytes)?;
        for rows in [&rows, &read] {
            assert_eq!([0, 1, 2, 3, 4].map(|number| rows.get(number)), all);
            assert_eq!(rows.get(5), None);
        }
        assert!((0..bytes.len()).all(|end| postcard::from_bytes::<Rows<u32>>(&bytes[..end]).is_err()));
        Ok(())
    }
}
