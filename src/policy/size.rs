//! Sizes in bytes, as people write them: `500 KiB`, `2 MB`, `0.5 MiB`.

const UNITS: &[(&str, u64)] = &[
    ("B", 1),
    ("kB", 1_000),
    ("KB", 1_000),
    ("KiB", 1 << 10),
    ("MB", 1_000_000),
    ("MiB", 1 << 20),
    ("GB", 1_000_000_000),
    ("GiB", 1 << 30),
];

/// Reads a number with a unit (`KiB`, `MiB`, `GiB` by 1024; `kB`, `MB`, `GB` by 1000; `B`).
/// The error says what is wrong, for a person.
pub fn parse(text: &str) -> Result<u64, String> {
    let wrong = || format!("`{text}` is no size: write a number and a unit, such as \"500 KiB\" or \"2 MB\"");
    let text_trimmed = text.trim();
    let split = text_trimmed.find(|ch: char| ch.is_ascii_alphabetic()).ok_or_else(wrong)?;
    let (number, unit) = text_trimmed.split_at(split);
    let (_, factor) = UNITS.iter().find(|(name, _)| *name == unit).ok_or_else(wrong)?;
    let number = number.trim_end();
    if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return Err(wrong());
    }
    let value: f64 = number.parse().map_err(|_| wrong())?;
    let bytes = (value * *factor as f64).round();
    if bytes < 1.0 || bytes > (1_u64 << 53) as f64 { Err(wrong()) } else { Ok(bytes as u64) }
}

/// The size for a person: bytes below 1 KiB, else one decimal in the largest fitting binary unit.
pub fn show(bytes: u64) -> String {
    let (mut value, mut unit) = (bytes as f64, "B");
    for larger in ["KiB", "MiB", "GiB"] {
        if value < 1024.0 {
            break;
        }
        (value, unit) = (value / 1024.0, larger);
    }
    let rounded = format!("{value:.1}");
    format!("{} {unit}", rounded.strip_suffix(".0").unwrap_or(&rounded))
}

/// Both sizes for a person, in bytes where they would read the same.
pub fn apart(bytes: u64, most: u64) -> (String, String) {
    match (show(bytes), show(most)) {
        (size, limit) if size == limit => (format!("{bytes} bytes"), format!("{most} bytes")),
        shown => shown,
    }
}

#[cfg(test)]
mod tests {
    use super::{parse, show};

    #[test]
    fn reads() {
        for (text, expected) in [
            ("500 KiB", Some(512_000)),
            ("2MB", Some(2_000_000)),
            ("0.5 MiB", Some(524_288)),
            ("1 B", Some(1)),
            ("0 B", None),
            ("500", None),
            ("KiB", None),
            ("-1 KiB", None),
            ("1e3 KiB", None),
            ("1 kib", None),
            ("99999999999999 GiB", None),
            ("1.2.3 MB", None),
        ] {
            assert_eq!(parse(text).ok(), expected, "{text}");
        }
    }

    #[test]
    fn shows() {
        for (bytes, expected) in [
            (0, "0 B"),
            (1023, "1023 B"),
            (512_000, "500 KiB"),
            (1_023_999, "1000 KiB"),
            (1_300_000, "1.2 MiB"),
            (1 << 30, "1 GiB"),
        ] {
            assert_eq!(show(bytes), expected);
        }
    }
}
