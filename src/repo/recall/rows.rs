//! Lists one behind the other, each of which may be unknown: of many modules they take few pieces of memory.

use serde::{Deserialize, Serialize};

/// Numbered from 0.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rows<T> {
    /// Where each ends, and whether it is known.
    ends: Vec<(u32, bool)>,
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
        self.ends.push((u32::try_from(self.items.len()).unwrap_or(u32::MAX), row.is_some()));
    }

    pub fn get(&self, number: usize) -> Option<&[T]> {
        let (end, _) = self.ends.get(number).filter(|(_, is_known)| *is_known)?;
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before].0);
        self.items.get(start as usize..*end as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::Rows;

    #[test]
    fn what_is_put_comes_back() {
        let mut rows = Rows::default();
        let all: [Option<&[u8]>; 5] = [Some(&[1, 2]), None, Some(&[]), Some(&[3]), None];
        all.into_iter().for_each(|row| rows.push(row));
        assert_eq!([0, 1, 2, 3, 4].map(|number| rows.get(number)), all);
        assert_eq!(rows.get(5), None);
    }
}
