//! The words that names are made of.

/// The words of a name, as they are written: of `HTTPServer_v2` these are `HTTP`, `Server`, `v` and `2`.
pub fn cut(name: &str) -> impl Iterator<Item = &str> {
    name.split(|letter: char| !letter.is_alphanumeric()).flat_map(|mut rest| {
        std::iter::from_fn(move || {
            let (word, behind) = rest.split_at(first_word(rest));
            rest = behind;
            (!word.is_empty()).then_some(word)
        })
    })
}

/// FNV-1a of a word, in small letters.
pub fn hash(word: &str) -> u32 {
    let step = |hash: u32, byte: u8| (hash ^ u32::from(byte.to_ascii_lowercase())).wrapping_mul(0x0100_0193);
    // The best bits of FNV are the upper ones, and the smallest hashes are a sample only where all bits are good.
    let hash = word.bytes().fold(0x811c_9dc5, step);
    (hash ^ (hash >> 15)).wrapping_mul(0x2c1b_3c6d)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Letter {
    Capital,
    Small,
    Digit,
}

/// How many bytes the first word of letters and digits has.
fn first_word(text: &str) -> usize {
    let kind = |letter: char| match letter {
        _ if letter.is_numeric() => Letter::Digit,
        _ if letter.is_uppercase() => Letter::Capital,
        _ => Letter::Small,
    };
    let mut letters = text.char_indices().map(|(at, letter)| (at, kind(letter), letter)).peekable();
    let Some((_, first, _)) = letters.next() else { return 0 };
    let mut before = (0, first);
    while let Some((at, now, letter)) = letters.next() {
        let next = letters.peek().map(|(_, kind, _)| *kind);
        let ends = match (before.1, now) {
            // `Web|Socket`, `v|2`, `2|x`
            (Letter::Small, Letter::Capital) => true,
            (Letter::Digit, _) | (_, Letter::Digit) => before.1 != now,
            // `HTTP|Server`: the last capital begins the next word; but in `APIs` and `URLs` none does.
            (Letter::Capital, Letter::Small) if before.0 > 0 => {
                if letter == 's' && next != Some(Letter::Small) {
                    false
                } else {
                    return before.0;
                }
            }
            _ => false,
        };
        if ends {
            return at;
        }
        before = (at, now);
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::{cut, hash};

    #[test]
    fn names_are_cut() {
        for (name, words) in [
            ("WebSocketManagerV2", "Web Socket Manager V 2"),
            ("websocket_manager_impl", "websocket manager impl"),
            ("UnifiedWSManager", "Unified WS Manager"),
            ("HTTPServer", "HTTP Server"),
            ("parse_URLs", "parse URLs"),
            ("APIsOfOthers", "APIs Of Others"),
            ("IsA", "Is A"),
            ("ABTest", "AB Test"),
            ("__x2y__", "x 2 y"),
            ("L3_interfaces", "L 3 interfaces"),
            ("Über_größe", "Über größe"),
            ("_", ""),
            ("", ""),
        ] {
            assert_eq!(cut(name).collect::<Vec<_>>().join(" "), words, "{name}");
        }
    }

    #[test]
    fn a_word_is_one_whatever_its_letters() {
        assert_eq!(hash("Socket"), hash("socket"));
        assert_ne!(hash("socket"), hash("sockets"));
    }
}
