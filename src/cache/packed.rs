//! Values that take less room than they are large, in blocks of LZ4.

use std::sync::OnceLock;

use lz4_flex::block;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

use super::Kept;

/// A part of a value that is packed by itself, and read when somebody asks for it.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Packed<T> {
    bytes: ByteBuf,
    #[serde(skip)]
    value: OnceLock<Option<T>>,
}

impl<T> PartialEq for Packed<T> {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl<T: Kept> Packed<T> {
    /// Empty where it cannot be packed.
    pub fn of(value: &T) -> Self {
        let bytes = postcard::to_stdvec(value).map(|bytes| pack(&bytes)).unwrap_or_default();
        Self { bytes: ByteBuf::from(bytes), value: OnceLock::new() }
    }

    pub fn get(&self) -> Option<&T> {
        let read = || postcard::from_bytes(unpack(&self.bytes, &mut Vec::new())?).ok();
        self.value.get_or_init(read).as_ref()
    }
}

/// No block is larger than so many times its bytes.
const MOST: usize = 255;

pub fn pack(bytes: &[u8]) -> Vec<u8> {
    block::compress_prepend_size(bytes)
}

/// What was packed, in `into`; none where that is no block.
pub fn unpack<'b>(packed: &[u8], into: &'b mut Vec<u8>) -> Option<&'b [u8]> {
    let (size, block) = block::uncompressed_size(packed).ok()?;
    if size / MOST > block.len() {
        return None;
    }
    into.resize(size, 0);
    let size = block::decompress_into(block, into).ok()?;
    into.get(..size)
}

#[cfg(test)]
mod tests {
    use super::{Packed, pack, unpack};

    #[test]
    fn a_part_comes_back() -> postcard::Result<()> {
        let part = Packed::of(&vec![7_u32; 1000]);
        let bytes = postcard::to_stdvec(&part)?;
        assert!(bytes.len() < 100);
        assert_eq!(postcard::from_bytes::<Packed<Vec<u32>>>(&bytes)?.get(), Some(&vec![7; 1000]));
        assert_eq!(Packed::<Vec<u32>>::default().get(), None);
        Ok(())
    }

    #[test]
    fn comes_back() {
        for bytes in [b"".to_vec(), b"a".to_vec(), b"ab".repeat(5000), (0..=255).collect()] {
            let packed = pack(&bytes);
            assert_eq!(unpack(&packed, &mut Vec::new()), Some(bytes.as_slice()));
            for end in 0..packed.len() {
                assert_ne!(unpack(&packed[..end], &mut Vec::new()), Some(bytes.as_slice()), "cut to {end} bytes");
            }
        }
        assert!(pack(&b"ab".repeat(5000)).len() < 100);
        // The size that it claims to have would not fit any memory.
        assert_eq!(unpack(&[255; 20], &mut Vec::new()), None);
    }
}
