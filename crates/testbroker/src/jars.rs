//! The jars of Apache Kafka, which Maven downloads once from its configured repositories.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{BrokerError, toolchain, workspace};

/// The version of Apache Kafka that tests and benches run against.
pub const KAFKA_VERSION: &str = "4.1.2";

const POM: &str = r#"<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>harken</groupId><artifactId>testbroker</artifactId><version>0</version>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>KAFKA</version></dependency>
    <dependency><groupId>org.apache.logging.log4j</groupId><artifactId>log4j-slf4j-impl</artifactId><version>LOG4J</version></dependency>
    <dependency><groupId>org.apache.logging.log4j</groupId><artifactId>log4j-core</artifactId><version>LOG4J</version></dependency>
  </dependencies>
</project>
"#;
const LOG4J_VERSION: &str = "2.24.3";

/// The directory with the jars of Kafka and its dependencies.
#[derive(Debug, Clone)]
pub struct Jars {
    directory: PathBuf,
}

impl Jars {
    /// Ensures that java and the jars are present; a download by Maven takes up to a minute.
    /// Processes that fetch at the same time wait for each other.
    ///
    /// # Errors
    /// [`BrokerError::Missing`] names the packages to install; [`BrokerError::Command`] has the output of
    /// Maven.
    pub fn fetch() -> Result<Self, BrokerError> {
        let root = workspace::root()?;
        let directory = root.join(format!("jars-{KAFKA_VERSION}"));
        // Taken before the toolchain check as well: two apt-get runs would fail on apt's own lock.
        let _lock = lock(&root.join("fetch.lock"))?;
        toolchain::ensure()?;
        if !directory.exists() {
            copy(&root, &directory)?;
        }
        Ok(Self { directory })
    }

    /// Runs a main class of the jars to its end and returns its output.
    ///
    /// # Errors
    /// [`BrokerError::Command`] with the end of its output when it fails.
    pub fn run(&self, class: &str, arguments: &[&str]) -> Result<String, BrokerError> {
        toolchain::run(
            Command::new("java")
                // Kafka's tools run for a second or two: a small heap and the fast compiler suffice.
                .args(["-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp"])
                .arg(self.class_path())
                .arg(class)
                .args(arguments),
        )
    }

    /// The class path for java's `-cp`.
    pub(crate) fn class_path(&self) -> String {
        format!("{}/*", self.directory.display())
    }
}

/// Locks a file; dropping the file releases the lock.
fn lock(path: &Path) -> Result<File, BrokerError> {
    let file = File::create(path).map_err(BrokerError::io("make", path))?;
    file.lock().map_err(BrokerError::io("lock", path))?;
    Ok(file)
}

/// Lets Maven copy into a temporary directory and renames it, so that `directory` is never partial.
fn copy(root: &Path, directory: &Path) -> Result<(), BrokerError> {
    let pom = root.join("pom.xml");
    workspace::write(&pom, &POM.replace("KAFKA", KAFKA_VERSION).replace("LOG4J", LOG4J_VERSION))?;
    let partial = directory.with_extension("partial");
    // Left by a run that was interrupted.
    if partial.exists() {
        fs::remove_dir_all(&partial).map_err(BrokerError::io("clear", &partial))?;
    }
    toolchain::run(
        Command::new("mvn")
            .args(["-q", "-B", "-f"])
            .arg(&pom)
            .args(["dependency:copy-dependencies", "-DincludeScope=runtime"])
            .arg(format!("-DoutputDirectory={}", partial.display())),
    )?;
    fs::rename(&partial, directory).map_err(BrokerError::io("rename", &partial))
}
