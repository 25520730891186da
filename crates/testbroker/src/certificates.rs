//! Generates a certificate authority and a server certificate for loopback, new for each broker.

use std::path::{Path, PathBuf};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};

use crate::{BrokerError, workspace};

/// The files of a TLS listener and its clients.
#[derive(Debug)]
pub(crate) struct Certificates {
    /// The certificate of the authority, which clients trust.
    pub(crate) authority: PathBuf,
    /// Private key (PKCS#8) and certificate chain of the server, in the format of Kafka's PEM key
    /// store.
    pub(crate) keystore: PathBuf,
}

impl Certificates {
    /// Generates both and writes them into `directory`.
    pub(crate) fn make(directory: &Path) -> Result<Self, BrokerError> {
        let made = generate().map_err(BrokerError::Certificates)?;
        let files = Self {
            authority: directory.join("authority.pem"),
            keystore: directory.join("server.pem"),
        };
        workspace::write(&files.authority, &made.authority)?;
        workspace::write(&files.keystore, &made.keystore)?;
        Ok(files)
    }
}

struct PemFiles {
    authority: String,
    keystore: String,
}

fn generate() -> Result<PemFiles, rcgen::Error> {
    let mut params = certificate_params("harken test authority", Vec::new())?;
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let authority_key = KeyPair::generate()?;
    let authority = params.self_signed(&authority_key)?;
    let issuer = Issuer::new(params, authority_key);

    let mut params = certificate_params("localhost", vec!["localhost".into(), "127.0.0.1".into()])?;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    // Links the certificate to its issuer, as strict verifiers require.
    params.use_authority_key_identifier_extension = true;
    let key = KeyPair::generate()?;
    let server = params.signed_by(&key, &issuer)?;

    // Kafka's PEM key store wants the key first, then the chain from the server up.
    let keystore = key.serialize_pem() + &server.pem() + &authority.pem();
    Ok(PemFiles { authority: authority.pem(), keystore })
}

fn certificate_params(
    name: &str,
    subjects: Vec<String>,
) -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(subjects)?;
    params.distinguished_name.push(DnType::CommonName, name);
    Ok(params)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_store_has_a_key_and_the_chain_and_the_authority_file_has_no_key() {
        let made = generate().unwrap();
        assert!(made.keystore.starts_with("-----BEGIN PRIVATE KEY-----"));
        assert_eq!(made.keystore.matches("BEGIN CERTIFICATE").count(), 2);
        assert_eq!(made.authority.matches("BEGIN").count(), 1);
    }
}
