//! `ssot install` and `ssot uninstall`.
