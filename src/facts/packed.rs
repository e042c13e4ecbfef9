//! Lists that are kept as one text: most runs look into few of them, and what is read from a cache need not be taken
//! apart before somebody asks.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Use;

/// Names, each once, in the order of their bytes; none is empty or holds a line break.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct NameSet(Box<str>);

impl NameSet {
    /// From names in that order.
    pub fn of_sorted<'n>(names: impl IntoIterator<Item = &'n str>) -> Self {
        let mut text = String::new();
        for name in names {
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(name);
        }
        Self(text.into())
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.split('\n').filter(|name| !name.is_empty())
    }

    pub fn contains(&self, name: &str) -> bool {
        let (text, name) = (self.0.as_bytes(), name.as_bytes());
        let (mut from, mut to) = (0, text.len());
        while from < to {
            let middle = usize::midpoint(from, to);
            let start = memchr::memrchr(b'\n', &text[from..middle]).map_or(from, |at| from + at + 1);
            let end = memchr::memchr(b'\n', &text[middle..to]).map_or(to, |at| middle + at);
            match text[start..end].cmp(name) {
                Ordering::Less => from = (end + 1).min(to),
                Ordering::Equal => return !name.is_empty(),
                Ordering::Greater => to = start.saturating_sub(1).max(from),
            }
        }
        false
    }
}

impl fmt::Debug for NameSet {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.iter()).finish()
    }
}

/// A list for people, else the text.
impl Serialize for NameSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() { serializer.collect_seq(self.iter()) } else { self.0.serialize(serializer) }
    }
}

impl<'de> Deserialize<'de> for NameSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <&str>::deserialize(deserializer).map(|text| Self(text.into()))
    }
}

/// Uses, in the order of the text, one behind the other.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Uses(Vec<u8>);

impl Uses {
    pub fn push(&mut self, used: &Use<'_>) {
        // Nothing keeps memory from being written.
        self.0 = postcard::to_extend(used, std::mem::take(&mut self.0)).unwrap_or_default();
    }

    /// The same without room for more.
    pub fn fitted(&self) -> Self {
        // To shrink in place leaves an allocator what it cannot use.
        Self(self.0.as_slice().to_vec())
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = Use<'_>> {
        let mut rest = self.0.as_slice();
        std::iter::from_fn(move || {
            let (used, behind) = postcard::take_from_bytes(rest).ok()?;
            rest = behind;
            Some(used)
        })
    }
}

impl fmt::Debug for Uses {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.iter()).finish()
    }
}

/// A list for people, else the bytes.
impl Serialize for Uses {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_seq(self.iter())
        } else {
            serializer.serialize_bytes(&self.0)
        }
    }
}

impl<'de> Deserialize<'de> for Uses {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <&[u8]>::deserialize(deserializer).map(|bytes| Self(bytes.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::{NameSet, Uses};
    use crate::facts::Use;
    use crate::finding::Span;

    #[test]
    fn names_are_found() {
        let all = ["A", "B_", "aa", "ab", "abc", "b", "naïve", "x1", "ü"];
        for end in 0..=all.len() {
            let names = NameSet::of_sorted(all[..end].iter().copied());
            assert_eq!(names.iter().collect::<Vec<_>>(), all[..end]);
            for (number, name) in all.iter().enumerate() {
                assert_eq!(names.contains(name), number < end, "{name} in {names:?}");
            }
            for other in ["", "a", "abcd", "c", "A\nB_", "~", "\n"] {
                assert!(!names.contains(other), "{other:?} in {names:?}");
            }
        }
    }

    #[test]
    fn what_is_kept_comes_back() -> Result<(), postcard::Error> {
        let used = |target| Use { target, span: Span::FILE, type_checking: true };
        let all = [used("os.environ"), used(""), used("..a.é")];
        let mut uses = Uses::default();
        all.iter().for_each(|used| uses.push(used));
        assert_eq!(uses.iter().collect::<Vec<_>>(), all);
        assert_eq!(postcard::from_bytes::<Uses>(&postcard::to_stdvec(&uses)?)?, uses);
        let names = NameSet::of_sorted(["a", "b"]);
        assert_eq!(postcard::from_bytes::<NameSet>(&postcard::to_stdvec(&names)?)?, names);
        Ok(())
    }
}
