//! Judging what changed equals judging from nothing: whatever is kept between runs, the bytes are the same.

mod corpora;
mod edits;
mod killed;
mod series;
