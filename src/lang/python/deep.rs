//! Code that is nested deeper than a stack takes: more stack is taken where it is needed.

/// Code may be nested deeper than a thread's stack: more is taken where little is left.
pub fn stacked<T>(run: impl FnOnce() -> T) -> T {
    stacker::maybe_grow(128 << 10, 4 << 20, run)
}

/// For what the parser does to targets in each other without asking for more stack: brackets and signs.
pub fn on_a_stack_for<T>(text: &str, run: impl FnOnce() -> T) -> T {
    if may_be_deep(text.as_bytes()) {
        let deepest = deepest(text.as_bytes());
        if deepest >= DEEP {
            return stacker::grow((4 << 20) + (deepest << 10), run);
        }
    }
    run()
}

/// So many brackets and signs in each other fit on any stack.
const DEEP: usize = 500;

/// Whether brackets and signs may stand that deep in each other: told from how many there are in each few bytes, which
/// takes a tenth of the time that it takes to look at one after the other. Where it is not so, they do not.
fn may_be_deep(text: &[u8]) -> bool {
    let (mut brackets, mut signs) = (0_usize, 0_usize);
    let (chunks, rest) = text.as_chunks::<64>();
    let mut last = [0; 64];
    last[..rest.len()].copy_from_slice(rest);
    chunks.iter().chain([&last]).any(|chunk| {
        let opened = count(chunk, |byte| matches!(byte, b'(' | b'[' | b'{'));
        let closed = count(chunk, |byte| matches!(byte, b')' | b']' | b'}'));
        let more = count(chunk, |byte| matches!(byte, b'+' | b'-' | b'~' | b'*' | b't'));
        // Any of these letters ends a row of signs.
        let ends = count(chunk, |byte| byte.wrapping_sub(b'a') <= b'm' - b'a') > 0;
        let deepest = brackets + opened + signs + more;
        brackets = (brackets + opened).saturating_sub(closed).max(opened);
        signs = if ends { more } else { signs + more };
        deepest >= DEEP
    })
}

fn count(chunk: &[u8; 64], is: impl Fn(u8) -> bool) -> usize {
    chunk.iter().fold(0_u8, |sum, byte| sum + u8::from(is(*byte))).into()
}

fn deepest(text: &[u8]) -> usize {
    let (mut brackets, mut signs, mut deepest) = (0_i64, 0_i64, 0);
    for byte in text {
        let step = STEPS[usize::from(*byte)];
        brackets = (brackets + i64::from(step.brackets)).max(0);
        signs = (signs & step.keeps) + i64::from(step.signs);
        deepest = deepest.max(brackets + signs);
    }
    usize::try_from(deepest).unwrap_or_default()
}

/// What a byte does to the number of open brackets, and of signs and `not` in a row.
#[derive(Clone, Copy)]
struct Step {
    brackets: i8,
    signs: i8,
    /// All ones where the row goes on, else none.
    keeps: i64,
}

static STEPS: [Step; 256] = {
    let mut steps = [Step { brackets: 0, signs: 0, keeps: 0 }; 256];
    let mut byte = 0;
    while byte < steps.len() {
        let letter = byte as u8;
        steps[byte] = Step {
            brackets: match letter {
                b'(' | b'[' | b'{' => 1,
                b')' | b']' | b'}' => -1,
                _ => 0,
            },
            signs: matches!(letter, b'+' | b'-' | b'~' | b'*' | b't') as i8,
            keeps: match letter {
                b'+' | b'-' | b'~' | b'*' | b't' => -1,
                b' ' | b'n' | b'o' | b'(' | b'[' | b'\\' | b'\r' | b'\n' | b'\t' => -1,
                _ => 0,
            },
        };
        byte += 1;
    }
    steps
};

#[cfg(test)]
mod tests {
    use super::{DEEP, deepest, may_be_deep};

    #[test]
    fn what_is_deep_is_seen() {
        let texts = [
            "(".repeat(DEEP),
            "a = ".to_owned() + &"[(".repeat(DEEP / 2),
            "x = ".to_owned() + &"not ".repeat(DEEP),
            "f()\n".repeat(99) + &"-".repeat(DEEP),
            "(a + ".repeat(DEEP) + &")".repeat(DEEP),
            ")".repeat(64) + &"{".repeat(DEEP),
        ];
        for text in texts {
            assert!(deepest(text.as_bytes()) >= DEEP && may_be_deep(text.as_bytes()), "{text}");
        }
        assert!(!may_be_deep("print(that[0], {1: (2, 3)}) + total\n".repeat(999).as_bytes()));
    }
}
