//! Findings to edits, and edits to files as they should be. Nothing here writes: what comes out is judged first.

mod deletion;
mod edits;
mod mend;
pub mod patch;

pub use edits::attach;
pub use mend::{Asked, DELETED, EDITED, Left, Mended, mend};
