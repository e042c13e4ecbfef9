//! The hook `no-duplicate-concepts`.

fn main() -> std::process::ExitCode {
    ssot::cli::hook_main("no-duplicate-concepts")
}
