//! Dotted names of modules.

/// The full name of `relative` (`.a`, `..b.c`) as seen from the package `package`; none where it leads above
/// the top.
pub fn relative(package: &str, relative: &str) -> Option<String> {
    let inner = relative.trim_start_matches('.');
    let level = relative.len() - inner.len();
    let mut parts: Vec<&str> = package.split('.').filter(|part| !part.is_empty()).collect();
    let kept = (parts.len() + 1).checked_sub(level).filter(|kept| *kept > 0 || level == 0)?;
    parts.truncate(kept);
    parts.extend(inner.split('.').filter(|part| !part.is_empty()));
    Some(parts.join("."))
}

#[cfg(test)]
mod tests {
    use super::relative;

    #[test]
    fn leads_up_and_down() {
        for (package, name, expected) in [
            ("a.b", ".c", Some("a.b.c")),
            ("a.b", "..c.d", Some("a.c.d")),
            ("a.b", ".", Some("a.b")),
            ("a", "..c", None),
            ("", ".c", None),
        ] {
            assert_eq!(relative(package, name).as_deref(), expected, "{package} {name}");
        }
    }
}
