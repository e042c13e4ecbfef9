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

macro_rules! flat_numbers {
    ($($number:ty),*) => {$(
        impl Flat for $number {
            const BYTES: usize = size_of::<Self>();

            fn put(self, into: &mut Vec<u8>) {
                into.extend_from_slice(&self.to_le_bytes());
            }

            fn take(bytes: &mut &[u8]) -> Option<Self> {
                let (number, rest) = bytes.split_first_chunk()?;
                *bytes = rest;
                Some(Self::from_le_bytes(*number))
            }
        }
    )*};
}

flat_numbers!(u8, u32, u64);

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
    let bytes = <&Bytes>::deserialize(deserializer)?;
    let mut values = Vec::with_capacity(bytes.len() / T::BYTES);
    values.extend(bytes.chunks_exact(T::BYTES).filter_map(|mut bytes| T::take(&mut bytes)));
    let is_whole = values.len() * T::BYTES == bytes.len();
    if is_whole { Ok(values) } else { Err(D::Error::custom("a value is cut off")) }
}
