//! Every document in `tests/rejects` is refused (or warned of) with exactly the text beside it. With `REWRITE_REJECTS=1`
//! the texts are written anew, to be read aloud before they are committed.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use maitre::{Diagnostic, DiagnosticCode, Policy};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rejects")
}

fn files(extensions: &[&str]) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let wanted =
        |path: &PathBuf| path.extension().is_some_and(|ext| extensions.iter().any(|wanted| ext == *wanted));
    let mut files: Vec<PathBuf> = entries.filter(wanted).collect();
    files.sort();
    files
}

/// What loading has to say of a document.
fn diagnostics(path: &Path) -> Vec<Diagnostic> {
    let text = std::fs::read_to_string(path).unwrap();
    let loaded = match path.extension().and_then(|ext| ext.to_str()) {
        Some("json") => Policy::from_json(&text),
        _ => Policy::from_toml(&text),
    };
    match loaded {
        Ok(policy) => policy.warnings().to_vec(),
        Err(error) => error.diagnostics().to_vec(),
    }
}

fn printed(path: &Path) -> String {
    diagnostics(path).iter().map(|diagnostic| format!("{diagnostic}\n")).collect()
}

#[test]
fn every_reject_prints_exactly_the_text_beside_it() {
    let rewrite = std::env::var_os("REWRITE_REJECTS").is_some();
    let mut wrong = String::new();
    let documents = files(&["toml", "json"]);
    assert!(documents.len() >= 40, "{} documents", documents.len());
    for path in &documents {
        let (found, twin) = (printed(path), path.with_extension("txt"));
        assert!(!found.is_empty(), "{} has nothing wrong with it", path.display());
        if rewrite {
            std::fs::write(&twin, &found).unwrap();
            continue;
        }
        let expected =
            std::fs::read_to_string(&twin).unwrap_or_else(|_| panic!("{} is missing", twin.display()));
        if found != expected {
            wrong += &format!("{}\n--- expected\n{expected}--- found\n{found}\n", path.display());
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn no_text_is_without_its_document() {
    for text in files(&["txt"]) {
        let documents = ["toml", "json"].map(|extension| text.with_extension(extension));
        assert!(documents.iter().any(|path| path.exists()), "{} has no document", text.display());
    }
}

#[test]
fn every_code_occurs_among_the_rejects() {
    let found: BTreeSet<DiagnosticCode> = files(&["toml", "json"])
        .iter()
        .flat_map(|path| diagnostics(path))
        .map(|diagnostic| diagnostic.code())
        .collect();
    let missing: Vec<_> = DiagnosticCode::ALL.iter().filter(|code| !found.contains(code)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn messages_are_one_line_in_lower_case_and_without_a_final_stop() {
    for path in files(&["toml", "json"]) {
        for diagnostic in diagnostics(&path) {
            let message = diagnostic.message();
            let first = message.chars().next().unwrap_or(' ');
            assert!(!first.is_uppercase() && !message.ends_with('.'), "{}: {message}", path.display());
            assert!(!message.contains('\n') && !diagnostic.help().unwrap_or("").contains('\n'), "{message}");
        }
    }
}
