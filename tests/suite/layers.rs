//! Modules import only what stands before them.
