//! A limit of bytes for a file that is over the built-in one.

const KIB: u64 = 1 << 10;
const MIB: u64 = 1 << 20;

/// The next round size above `bytes`, as a policy writes it.
pub fn above(bytes: u64) -> String {
    if bytes < MIB {
        let hundreds = bytes.div_ceil(100 * KIB) * 100;
        return if hundreds < 1000 { format!("{hundreds} KiB") } else { "1 MiB".to_owned() };
    }
    let mebibytes = bytes.div_ceil(MIB);
    let round = [1, 2, 5, 10, 20, 50, 100, 200, 500].into_iter().find(|round| *round >= mebibytes);
    round.map_or_else(|| format!("{} GiB", mebibytes.div_ceil(KIB)), |round| format!("{round} MiB"))
}

#[cfg(test)]
mod tests {
    use super::above;
    use crate::policy::size::parse;

    #[test]
    fn round_and_enough() {
        for (bytes, expected) in [
            (500 * 1024 + 1, "600 KiB"),
            (950_000, "1 MiB"),
            (1_048_575, "1 MiB"),
            (1 << 20, "1 MiB"),
            ((1 << 20) + 1, "2 MiB"),
            (3_000_000, "5 MiB"),
            (600 << 20, "1 GiB"),
            (1500 << 20, "2 GiB"),
        ] {
            assert_eq!(above(bytes), expected);
            assert!(parse(expected).is_ok_and(|limit| limit >= bytes), "{expected}");
        }
    }
}
