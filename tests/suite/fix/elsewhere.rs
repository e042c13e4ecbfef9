//! A name that went away is mended where git tells that it went there, and not where something else bears it.

use crate::repository::Repository;

const STRIPE: &str = "def get_client():\n    return 'stripe'\n";
const ES: &str = "def get_client():\n    return 'es'\n";
const PAY: &str = "from app.billing.stripe import get_client\n\nprint(get_client())\n";

/// A repository with these files beside two empty packages.
fn committed(files: &[(&str, &str)]) -> Repository {
    let empty = [("app/__init__.py", ""), ("app/billing/__init__.py", ""), ("app/search/__init__.py", "")];
    Repository::with(&[&[("ssot.toml", "version = 1\n")], &empty[..], files].concat())
}

fn read(repository: &Repository, path: &str) -> String {
    std::fs::read_to_string(repository.path().join(path)).expect("a file")
}

/// The help of the only finding.
#[track_caller]
fn help(repository: &Repository) -> String {
    let run = repository.ssot(&["check", "--rule", "unresolved-import", "--format", "json"]).status(1).json();
    assert_eq!(run["findings"].as_array().map(Vec::len), Some(1), "{run}");
    run["findings"][0]["help"].as_str().expect("a text").to_owned()
}

#[test]
fn another_thing_of_the_name_that_stood_already() {
    let files = [("app/billing/stripe.py", STRIPE), ("app/search/es.py", ES), ("app/pay.py", PAY)];
    for is_gone in [false, true] {
        let repository = committed(&files);
        match is_gone {
            true => std::fs::remove_file(repository.path().join("app/billing/stripe.py")).expect("it goes"),
            false => repository.write("app/billing/stripe.py", "other = 1\n"),
        }
        let expected = match is_gone {
            true => "take it from where it is now, or delete what is dead",
            false => "define `get_client` in `app.billing.stripe`, or delete what is dead",
        };
        assert_eq!(help(&repository), expected);
        repository.ssot(&["fix"]).status(0);
        assert_eq!(read(&repository, "app/pay.py"), PAY);
        repository.git(&["add", "--all"]);
        let staged = repository.ssot(&["check", "--staged", "--format", "json"]).status(1).json();
        assert_eq!(staged["findings"][0]["help"], expected, "staged");
        repository.commit_all("broken");
        let commit = repository.ssot(&["check", "--rev", "HEAD", "--format", "json"]).status(1).json();
        assert_eq!(commit["findings"][0]["help"], expected, "committed");
    }
}

#[test]
fn the_same_thing_that_stood_twice() {
    let repository = committed(&[("app/billing/stripe.py", STRIPE), ("app/search/es.py", STRIPE), ("app/pay.py", PAY)]);
    repository.write("app/billing/stripe.py", "other = 1\n");
    repository.ssot(&["fix"]).status(0);
    assert_eq!(read(&repository, "app/pay.py"), PAY.replace("billing.stripe", "search.es"));
}

#[test]
fn a_small_word_that_went_there() {
    let repository = committed(&[
        ("app/billing/stripe.py", &STRIPE.replace("get_client", "client")),
        ("app/search/es.py", "other = 1\n"),
        ("app/pay.py", &PAY.replace("get_client", "client")),
    ]);
    repository.write("app/billing/stripe.py", "other = 1\n");
    repository.write("app/search/es.py", ES.replace("get_client", "client"));
    assert_eq!(help(&repository), "write `from app.search.es import client`");
}

#[test]
fn a_patch_stays_where_the_thing_is_used() {
    let repository = committed(&[
        ("app/mail.py", "def send_order_email(): ...\n"),
        ("app/checkout.py", "from app.mail import send_order_email\n\n\ndef buy_all():\n    send_order_email()\n"),
        ("tests/test_buy.py", "from unittest.mock import patch\n\npatch(\"app.checkout.send_order_email\")\n"),
    ]);
    std::fs::remove_file(repository.path().join("app/checkout.py")).expect("it goes");
    let service = "from app.mail import send_order_email\n\n\ndef buy_all():\n    send_order_email()\n\n\n\
                   def other():\n    return 1\n\n\ndef another():\n    return 2\n";
    repository.write("app/orders.py", service);
    repository.ssot(&["fix"]).status(0);
    assert!(read(&repository, "tests/test_buy.py").contains("\"app.checkout.send_order_email\""));
    assert_eq!(help(&repository), "name the module that uses it now, or delete what is dead");
}

#[test]
fn what_was_kept_is_told_anew_where_the_base_is_another() {
    let repository = committed(&[
        ("app/billing/stripe.py", STRIPE),
        ("app/search/es.py", ES),
        ("app/pay.py", PAY),
        ("notes.md", ""),
    ]);
    repository.write("app/billing/stripe.py", "other = 1\n");
    repository.git(&["add", "--all"]);
    let staged = |words: &[&str]| repository.ssot(&[&["check", "--staged"], words].concat()).status(1).stdout;
    let before = staged(&[]);
    assert_eq!((staged(&[]), staged(&["--no-cache"])), (before.clone(), before.clone()));
    repository.git(&["commit", "--quiet", "--no-verify", "--message", "broken"]);
    repository.write("notes.md", "no code\n");
    repository.git(&["add", "--all"]);
    let after = staged(&[]);
    assert_eq!(after, staged(&["--no-cache"]));
    assert_ne!(before, after, "what stood before is not known any more");
}
