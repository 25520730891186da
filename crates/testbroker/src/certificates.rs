//! A certificate authority and one server certificate for loopback, made afresh for each broker.

use std::path::{Path, PathBuf};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};

use crate::{Problem, place};

/// The files a TLS listener and its clients need.
#[derive(Debug)]
pub(crate) struct Certificates {
    /// What a client trusts.
    pub(crate) authority: PathBuf,
    /// Private key (PKCS#8) and certificate of the server, as Kafka's PEM key store wants them.
    pub(crate) keystore: PathBuf,
}

impl Certificates {
    /// Makes both and writes them into `directory`.
    pub(crate) fn make(directory: &Path) -> Result<Self, Problem> {
        let made = generate().map_err(Problem::Certificates)?;
        let files = Self {
            authority: directory.join("authority.pem"),
            keystore: directory.join("server.pem"),
        };
        place::write(&files.authority, &made.authority)?;
        place::write(&files.keystore, &made.keystore)?;
        Ok(files)
    }
}

struct Pem {
    authority: String,
    keystore: String,
}

fn generate() -> Result<Pem, rcgen::Error> {
    let mut params = named("harken test authority", Vec::new())?;
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let authority_key = KeyPair::generate()?;
    let authority = params.self_signed(&authority_key)?;
    let issuer = Issuer::new(params, authority_key);

    let mut params = named("localhost", vec!["localhost".into(), "127.0.0.1".into()])?;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    let key = KeyPair::generate()?;
    let server = params.signed_by(&key, &issuer)?;

    let keystore = key.serialize_pem() + &server.pem() + &authority.pem();
    Ok(Pem { authority: authority.pem(), keystore })
}

fn named(name: &str, subjects: Vec<String>) -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(subjects)?;
    params.distinguished_name.push(DnType::CommonName, name);
    Ok(params)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_store_holds_a_pkcs8_key_and_the_chain_and_the_authority_no_key() {
        let made = generate().unwrap();
        assert!(made.keystore.starts_with("-----BEGIN PRIVATE KEY-----"));
        assert_eq!(made.keystore.matches("BEGIN CERTIFICATE").count(), 2);
        assert_eq!(made.authority.matches("BEGIN").count(), 1);
    }
}
