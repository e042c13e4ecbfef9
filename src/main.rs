//! `ssot`: the umbrella command.

fn main() -> std::process::ExitCode {
    ssot::cli::main()
}
