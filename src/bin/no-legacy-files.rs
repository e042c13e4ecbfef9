//! The hook `no-legacy-files`.

fn main() -> std::process::ExitCode {
    ssot::cli::hook_main("no-legacy-files")
}
