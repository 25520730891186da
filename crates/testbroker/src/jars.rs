//! Apache Kafka's jars, copied once by Maven from wherever the machine's Maven looks.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Problem, place, toolchain};

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

/// A directory with Kafka and all it needs.
#[derive(Debug, Clone)]
pub struct Jars {
    directory: PathBuf,
}

impl Jars {
    /// Makes sure that java and the jars are there: at once when they are, within a minute when
    /// Maven has to bring them. Processes that fetch at the same time wait for one another.
    ///
    /// # Errors
    /// [`Problem::Missing`] says what to install; [`Problem::Command`] what Maven wrote.
    pub fn fetch() -> Result<Self, Problem> {
        let root = place::root()?;
        let directory = root.join(format!("jars-{KAFKA_VERSION}"));
        let _lock = lock(&root.join("fetch.lock"))?;
        toolchain::ensure()?;
        if !directory.exists() {
            copy(&root, &directory)?;
        }
        Ok(Self { directory })
    }

    /// Runs a main class of the jars to its end and returns what it wrote.
    ///
    /// # Errors
    /// [`Problem::Command`] with the end of its output when it does not end well.
    pub fn run(&self, class: &str, arguments: &[&str]) -> Result<String, Problem> {
        toolchain::run(
            Command::new("java")
                .args(["-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp"])
                .arg(self.class_path())
                .arg(class)
                .args(arguments),
        )
    }

    /// What java takes as `-cp`.
    pub(crate) fn class_path(&self) -> String {
        format!("{}/*", self.directory.display())
    }
}

/// Takes the lock that is held until the file is dropped.
fn lock(path: &Path) -> Result<File, Problem> {
    let file = File::create(path).map_err(Problem::io("make", path))?;
    file.lock().map_err(Problem::io("lock", path))?;
    Ok(file)
}

/// Has Maven copy into a directory beside the last one, then renames: it is there whole or not.
fn copy(root: &Path, directory: &Path) -> Result<(), Problem> {
    let pom = root.join("pom.xml");
    place::write(&pom, &POM.replace("KAFKA", KAFKA_VERSION).replace("LOG4J", LOG4J_VERSION))?;
    let partial = directory.with_extension("partial");
    if partial.exists() {
        fs::remove_dir_all(&partial).map_err(Problem::io("clear", &partial))?;
    }
    toolchain::run(
        Command::new("mvn")
            .args(["-q", "-B", "-f"])
            .arg(&pom)
            .args(["dependency:copy-dependencies", "-DincludeScope=runtime"])
            .arg(format!("-DoutputDirectory={}", partial.display())),
    )?;
    fs::rename(&partial, directory).map_err(Problem::io("rename", &partial))
}
