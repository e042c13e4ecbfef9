//! Input that nobody should send: a verdict or one clear error, never a panic, a hang or a write.
