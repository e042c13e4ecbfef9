//! Values that take the same few bytes whatever they are: many of them are kept, and read again, in one piece.
//!
//! `#[serde(with = "flat")]` has a list of them kept so.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serializer};
use serde_bytes::Bytes;

/// A value of so many bytes.
pub trait Flat: Copy {
    const BYTES: usize;

    fn put(self, into: &mut Vec<u8>);

    /// The value at the start of `bytes`, behind which the next one stands; none where there is none.
    fn take(bytes: &mut &[u8]) -> Option<Self>;
}

impl Flat for u8 {
    const BYTES: usize = 1;

    fn put(self, into: &mut Vec<u8>) {
        into.push(self);
    }

    fn take(bytes: &mut &[u8]) -> Option<Self> {
        bytes.split_off_first().copied()
    }
}

impl Flat for u32 {
    const BYTES: usize = 4;

    fn put(self, into: &mut Vec<u8>) {
        into.extend_from_slice(&self.to_le_bytes());
    }

    fn take(bytes: &mut &[u8]) -> Option<Self> {
        let (number, rest) = bytes.split_first_chunk()?;
        *bytes = rest;
        Some(Self::from_le_bytes(*number))
    }
}

impl Flat for u64 {
    const BYTES: usize = 8;

    fn put(self, into: &mut Vec<u8>) {
        into.extend_from_slice(&self.to_le_bytes());
    }

    fn take(bytes: &mut &[u8]) -> Option<Self> {
        let (number, rest) = bytes.split_first_chunk()?;
        *bytes = rest;
        Some(Self::from_le_bytes(*number))
    }
}

/// Some answers in one byte.
pub fn bits<const COUNT: usize>(answers: [bool; COUNT]) -> u8 {
    answers.iter().rev().fold(0, |bits, answer| bits << 1 | u8::from(*answer))
}

/// The answers that a byte holds.
pub fn answers<const COUNT: usize>(bits: u8) -> [bool; COUNT] {
    std::array::from_fn(|number| bits >> number & 1 == 1)
}

pub fn serialize<T: Flat, S: Serializer>(values: &[T], serializer: S) -> Result<S::Ok, S::Error> {
    let mut bytes = Vec::with_capacity(values.len() * T::BYTES);
    values.iter().for_each(|value| value.put(&mut bytes));
    serializer.serialize_bytes(&bytes)
}

pub fn deserialize<'de, T: Flat, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    let whole = <&Bytes>::deserialize(deserializer)?.chunks_exact(T::BYTES);
    let is_whole = whole.remainder().is_empty();
    let mut values = Vec::with_capacity(whole.len());
    values.extend(whole.filter_map(|mut bytes| T::take(&mut bytes)));
    if is_whole { Ok(values) } else { Err(D::Error::custom("a value is cut off")) }
}
