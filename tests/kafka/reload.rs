//! Reload of the rules while `harken run` runs.

use std::path::PathBuf;

use super::deployment::{Deployment, HarkenProcess, free_port};
use super::operations::http_request;

const CHAIN: [&str; 5] = ["run", "dedupe", "sentiment", "priority", "escalation"];

/// A fused chain with a rules folder of its own, observed through its metrics.
struct ReloadingProcess {
    folder: PathBuf,
    port: String,
    child: HarkenProcess,
}

impl ReloadingProcess {
    fn start(site: &Deployment, name: &str, reload: &str) -> Self {
        let folder = crate::binary::scratch(name);
        std::fs::create_dir_all(&folder).unwrap();
        for rules::Source { file, text } in rules::northline() {
            std::fs::write(folder.join(file), text).unwrap();
        }
        let port = free_port().to_string();
        let listen = format!("127.0.0.1:{port}");
        let child = site.start(
            &CHAIN,
            &[
                ("HARKEN__ESCALATION__RULES", folder.to_str().unwrap()),
                ("HARKEN__ESCALATION__RELOAD", reload),
                ("HARKEN__TELEMETRY__LISTEN", &listen),
            ],
        );
        Self { folder, port, child }
    }

    fn change(&self, file: &str, from: &str, to: &str) {
        let path = self.folder.join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{from}");
        std::fs::write(path, text.replacen(from, to, 1)).unwrap();
    }

    /// The rest of the metrics line that starts with `begin`.
    fn metric(&self, begin: &str) -> String {
        let metrics = http_request(
            &self.port,
            "GET /metrics HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
        );
        let line = metrics.lines().find_map(|line| line.strip_prefix(begin));
        line.unwrap_or_default().to_owned()
    }

    fn rules_version(&self) -> String {
        self.metric("harken_rules_info{version=\"").split('"').next().unwrap_or_default().to_owned()
    }

    fn end(self) -> String {
        std::fs::remove_dir_all(&self.folder).unwrap();
        self.child.terminate()
    }
}

#[test]
fn a_running_process_reloads_valid_rules_and_rejects_invalid_ones() {
    let mut site = Deployment::new("reload");
    let process = ReloadingProcess::start(&site, "reload-rules", "200ms");
    site.publish_mentions(60);
    site.wait_until("the first decisions", || !site.routed().is_empty());
    let old = process.rules_version();
    process.change("playbook.toml", "owner = \"legal\"", "owner = \"lawyers\"");
    let refused = "harken_rules_loads_total{outcome=\"refused\"} ";
    site.wait_until("invalid rules to be rejected", || process.metric(refused) == "1");
    assert_eq!(process.rules_version(), old);
    // Both files change between two polls or not: either way the final folder is valid.
    process.change("playbook.toml", "owner = \"lawyers\"", "owner = \"legal\"");
    process.change("priority.toml", "negative = 40 ", "negative = 60 ");
    site.wait_until("a reload", || process.rules_version() != old);
    let new = process.rules_version();
    site.publish_mentions(60);
    let is_new = |routed: mention::Routed| {
        routed.route.rules_version == new && routed.priority.rules_version == new
    };
    site.wait_until("decisions by the new rules", || site.routed().into_iter().any(is_new));
    let reviewed = |routed: mention::Routed| {
        routed.priority.reviewed.as_deref() == Some("the rules have changed")
    };
    site.wait_until("open mentions to be re-scored", || site.routed().into_iter().any(reviewed));
    let log = process.end();
    assert!(log.contains("playbook.toml, line ") && log.contains("no team \"lawyers\""), "{log}");
}

#[test]
fn sighup_reloads_the_rules_at_once() {
    let site = Deployment::new("hangup");
    // An interval of zero turns polling off.
    let process = ReloadingProcess::start(&site, "hangup-rules", "0s");
    site.wait_until("the process to run", || !process.rules_version().is_empty());
    let old = process.rules_version();
    process.change("priority.toml", "negative = 40 ", "negative = 60 ");
    testbroker::signal(process.child.id(), testbroker::ProcessSignal::Hangup).unwrap();
    site.wait_until("a reload", || process.rules_version() != old);
    assert_eq!(process.metric("harken_rules_loads_total{outcome=\"taken\"} "), "1");
    process.end();
}
