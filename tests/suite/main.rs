//! Behaviour at the boundary: the real binaries, in real and temporary git repositories.
//!
//! One test program, so that it is linked once. `bash tests/run.sh` runs it with all that it needs.

mod bad_input;
mod cli;
mod clones;
mod docs;
mod fix;
mod formats;
mod frameworks;
mod git;
mod incremental;
mod init;
mod install;
mod layers;
mod parity;
mod peers;
mod python;
mod ratchet;
mod repository;
mod rules;
mod story;
