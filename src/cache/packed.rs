//! Values that take less room than they are large, in blocks of LZ4.

use lz4_flex::block;

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
    use super::{pack, unpack};

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
