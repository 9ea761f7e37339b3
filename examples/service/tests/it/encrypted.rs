//! The way to the database is encrypted where it is asked for, and then the database has proved who it is.

use std::path::{Path, PathBuf};

use rcgen::{CertificateParams, CertifiedIssuer, KeyPair};
use serde_json::json;

use crate::database::Database;
use crate::running::{Service, does_not_start};

/// Who signs certificates, and what they have signed for a database on this machine: certificate and key.
fn signed() -> (String, String, String) {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let signer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap();
    let certificate = params.signed_by(&key, &signer).unwrap();
    (signer.pem(), certificate.pem(), key.serialize_pem())
}

fn file(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

#[test]
#[ignore = "needs PostgreSQL"]
fn a_database_is_asked_only_if_it_proves_who_it_is() {
    let (signer, certificate, key) = signed();
    let database = Database::encrypted(&certificate, &key);
    let folder = tempfile::tempdir().unwrap();
    let ours = file(folder.path(), "ours.pem", &signer);
    let theirs = file(folder.path(), "theirs.pem", &signed().0);
    let none = file(folder.path(), "none.pem", "nothing");
    let (url, required) = (database.url(), format!("{}?sslmode=require", database.url()));
    let by = |ca: &Path| does_not_start(&["--database", &url, "--database-ca", ca.to_str().unwrap()]);

    let service = Service::with(&["--database", &url, "--database-ca", ours.to_str().unwrap()]);
    let put = service.send("PUT", "/v1/profiles/ana", &[], &json!({ "age": 71 }).to_string());
    assert_eq!(put.status, 201, "{put:?}");
    let ask = json!({ "id": "ana", "visit": { "at": "2026-11-23T10:00:00-03:00", "channel": "web" } });
    assert_eq!(service.post("/v1/decide", &ask).status, 200);

    let told = by(&theirs);
    assert!(told.contains("invalid peer certificate"), "{told}");
    // This machine does not trust the signer.
    let told = does_not_start(&["--database", &required]);
    assert!(told.contains("invalid peer certificate") || told.contains("trusts no certificates"), "{told}");
    let told = does_not_start(&["--database", &url]);
    assert!(told.contains("no encryption"), "{told}");
    assert!(by(&none).contains("there is no certificate in it"));
    assert!(by(&folder.path().join("gone.pem")).contains("gone.pem: "));
    assert!(does_not_start(&["--database-ca", ours.to_str().unwrap()]).contains("--database"));
}
