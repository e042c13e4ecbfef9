//! The hook `import-path-policy`.

fn main() -> std::process::ExitCode {
    ssot::cli::hook_main("import-path-policy")
}
