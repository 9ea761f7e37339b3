//! How the connection to a database is encrypted: wherever it is, the database has proved who it is.

use std::path::Path;
use std::sync::Arc;

use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::StoreError;

/// Encrypts where the address asks for it (`sslmode=require`), or where it is told who signed the database's certificate. Nowhere
/// else: a connection that is encrypted with anybody would only look safe.
pub fn of(database: &mut Config, signed_by: Option<&Path>) -> Result<MakeRustlsConnect, StoreError> {
    let mut roots = RootCertStore::empty();
    if let Some(path) = signed_by {
        database.ssl_mode(SslMode::Require);
        let failed = |error: &dyn std::fmt::Display| StoreError::new(format!("{}: {error}", path.display()));
        for certificate in CertificateDer::pem_file_iter(path).map_err(|error| failed(&error))? {
            roots.add(certificate.map_err(|error| failed(&error))?).map_err(|error| failed(&error))?;
        }
        if roots.is_empty() {
            return Err(failed(&"there is no certificate in it, as PEM"));
        }
    } else if database.get_ssl_mode() == SslMode::Require {
        let trusted = rustls_native_certs::load_native_certs();
        roots.add_parsable_certificates(trusted.certs);
        if roots.is_empty() {
            return Err(StoreError::new("this machine trusts no certificates: name one by `--database-ca`"));
        }
    } else {
        database.ssl_mode(SslMode::Disable);
        if database.get_hosts().iter().any(is_elsewhere) {
            tracing::warn!(
                "the connection to the database is not encrypted: add `?sslmode=require` to its address"
            );
        }
    }
    let client = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(StoreError::new)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(client))
}

/// Whether a host is another machine than this one.
fn is_elsewhere(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => {
            name != "localhost" && !name.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback())
        }
        Host::Unix(_) => false,
    }
}
