//! Rules that change while `harken run` runs.

use std::path::PathBuf;

use super::operations::ask;
use super::site::{Harken, Site, free_port};

const DECIDE: [&str; 5] = ["run", "dedupe", "sentiment", "priority", "escalation"];

/// A process that decides by a folder of its own, and shows what it has in force.
struct Decides {
    folder: PathBuf,
    port: String,
    process: Harken,
}

impl Decides {
    fn start(site: &Site, name: &str, reload: &str) -> Self {
        let folder = crate::binary::scratch(name);
        std::fs::create_dir_all(&folder).unwrap();
        for rules::Source { file, text } in rules::northline() {
            std::fs::write(folder.join(file), text).unwrap();
        }
        let port = free_port().to_string();
        let listen = format!("127.0.0.1:{port}");
        let process = site.harken(
            &DECIDE,
            &[
                ("HARKEN__ESCALATION__RULES", folder.to_str().unwrap()),
                ("HARKEN__ESCALATION__RELOAD", reload),
                ("HARKEN__TELEMETRY__LISTEN", &listen),
            ],
        );
        Self { folder, port, process }
    }

    fn change(&self, file: &str, from: &str, to: &str) {
        let path = self.folder.join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{from}");
        std::fs::write(path, text.replacen(from, to, 1)).unwrap();
    }

    /// A line of its metrics, behind this beginning.
    fn shows(&self, begin: &str) -> String {
        let metrics =
            ask(&self.port, "GET /metrics HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        let line = metrics.lines().find_map(|line| line.strip_prefix(begin));
        line.unwrap_or_default().to_owned()
    }

    fn version(&self) -> String {
        self.shows("harken_rules_info{version=\"").split('"').next().unwrap_or_default().to_owned()
    }

    fn end(self) -> String {
        std::fs::remove_dir_all(&self.folder).unwrap();
        self.process.end_in_good_order()
    }
}

#[test]
fn a_process_takes_up_other_rules_while_it_runs_and_refuses_wrong_ones() {
    let mut site = Site::new("reload");
    let decides = Decides::start(&site, "reload-rules", "200ms");
    site.feed(60);
    site.await_that("the first decisions", || !site.routed().is_empty());
    let old = decides.version();
    decides.change("playbook.toml", "owner = \"legal\"", "owner = \"lawyers\"");
    let refused = "harken_rules_loads_total{outcome=\"refused\"} ";
    site.await_that("wrong rules to be refused", || decides.shows(refused) == "1");
    assert_eq!(decides.version(), old);
    decides.change("playbook.toml", "owner = \"lawyers\"", "owner = \"legal\"");
    decides.change("priority.toml", "negative = 40 ", "negative = 60 ");
    site.await_that("other rules", || decides.version() != old);
    let new = decides.version();
    site.feed(60);
    let is_new = |routed: mention::Routed| {
        routed.route.rules_version == new && routed.priority.rules_version == new
    };
    site.await_that("decisions by them", || site.routed().into_iter().any(is_new));
    let reviewed = |routed: mention::Routed| {
        routed.priority.reviewed.as_deref() == Some("the rules have changed")
    };
    site.await_that("what is open to be decided again", || site.routed().into_iter().any(reviewed));
    let log = decides.end();
    assert!(log.contains("playbook.toml, line ") && log.contains("no team \"lawyers\""), "{log}");
}

#[test]
fn a_signal_has_rules_taken_up_at_once() {
    let site = Site::new("hangup");
    let decides = Decides::start(&site, "hangup-rules", "0s");
    site.await_that("the process to run", || !decides.version().is_empty());
    let old = decides.version();
    decides.change("priority.toml", "negative = 40 ", "negative = 60 ");
    testbroker::signal(decides.process.id(), testbroker::Signal::Hangup).unwrap();
    site.await_that("other rules", || decides.version() != old);
    assert_eq!(decides.shows("harken_rules_loads_total{outcome=\"taken\"} "), "1");
    decides.end();
}
