//! Which hashes were seen, and which of them again, in little room.

use std::sync::atomic::{AtomicU8, Ordering};

/// Two bits for each place, four places in a byte.
const ONCE: u8 = 1;
const AGAIN: u8 = 2;

/// Hashes that were seen, and those that were seen again. Two hashes may share a place: then each counts for the other.
#[derive(Debug)]
pub struct Seen(Box<[AtomicU8]>);

impl Seen {
    /// With so many places or a few more, `most` at most; both at least 1,024.
    pub fn new(places: usize, most: usize) -> Self {
        let places = places.next_power_of_two().clamp(1 << 10, most);
        Self((0..places / 4).map(|_| AtomicU8::default()).collect())
    }

    /// `hash` is mixed already.
    pub fn see(&self, hash: u64) {
        let (byte, shift) = self.place(hash);
        if byte.load(Ordering::Relaxed) & AGAIN << shift == 0
            && byte.fetch_or(ONCE << shift, Ordering::Relaxed) & ONCE << shift != 0
        {
            byte.fetch_or(AGAIN << shift, Ordering::Relaxed);
        }
    }

    pub fn is_again(&self, hash: u64) -> bool {
        let (byte, shift) = self.place(hash);
        byte.load(Ordering::Relaxed) & AGAIN << shift != 0
    }

    fn place(&self, hash: u64) -> (&AtomicU8, u32) {
        let place = hash as usize & (self.0.len() * 4 - 1);
        (&self.0[place / 4], (place as u32 & 3) * 2)
    }
}

#[cfg(test)]
mod tests {
    use super::Seen;

    #[test]
    fn twice() {
        let seen = Seen::new(0, 1 << 10);
        for hash in [1, 2, 3, 2, 1026, 5] {
            seen.see(hash);
        }
        let again: Vec<u64> = (0..8).filter(|hash| seen.is_again(*hash)).collect();
        // 1026 and 2 share a place.
        assert_eq!(again, [2]);
        seen.see(1 << 10 | 5);
        assert!(seen.is_again(5));
    }
}
