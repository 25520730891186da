//! Hostile senders against `harken run ingest`: floods of connections, and lines that a key may not
//! say.

use std::net::SocketAddr;
use std::time::Duration;

use mention::{Mention, codec, topics};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use super::deployment::{Deployment, HarkenProcess, free_port};
use crate::binary::scratch;

const KEY: &str = "key-of-the-agency-of-northline";
const SETTINGS: &str = r#"
[[ingest.keys]]
name = "agency"
key = "key-of-the-agency-of-northline"
tenants = ["northline"]
platforms = ["x"]
"#;

/// `harken run ingest` with a key, that may open 1,024 descriptors.
struct Server {
    process: HarkenProcess,
    ingest: SocketAddr,
    telemetry: SocketAddr,
}

impl Server {
    fn start(site: &Deployment) -> Self {
        let file = scratch("flood.toml");
        std::fs::write(&file, SETTINGS).unwrap();
        let [ingest, telemetry] =
            [free_port(), free_port()].map(|port| SocketAddr::from(([127, 0, 0, 1], port)));
        let process = site.start_with_descriptors(
            1024,
            &["run", "ingest", "--config", file.to_str().unwrap()],
            &[
                ("HARKEN__INGEST__LISTEN", &ingest.to_string()),
                ("HARKEN__TELEMETRY__LISTEN", &telemetry.to_string()),
            ],
        );
        site.wait_until("ingest to listen", || process.log().contains("ingest is listening"));
        std::fs::remove_file(file).unwrap();
        Self { process, ingest, telemetry }
    }

    /// Posts a line from this address; the reply.
    async fn post(&self, source: &str, line: &str) -> String {
        let length = line.len();
        let head = format!(
            "POST /v1/mentions HTTP/1.1\r\nhost: x\r\nx-api-key: {KEY}\r\nconnection: close\r\n\
             content-length: {length}\r\n\r\n{line}"
        );
        exchange(source, self.ingest, &head).await
    }

    async fn livez(&self, source: &str) -> String {
        let head = "GET /livez HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
        exchange(source, self.telemetry, head).await
    }
}

async fn exchange(source: &str, server: SocketAddr, request: &str) -> String {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::new(source.parse().unwrap(), 0)).unwrap();
    let answered = async {
        let mut stream = socket.connect(server).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut reply = Vec::new();
        // A reset ends the reply as well.
        let _ = stream.read_to_end(&mut reply).await;
        String::from_utf8(reply).unwrap()
    };
    // Against hanging only.
    tokio::time::timeout(Duration::from_secs(60), answered).await.unwrap_or_default()
}

fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

fn line(id: &str, tenant: &str, platform: &str, change: &str) -> String {
    format!(
        r#"{{"tenant":"{tenant}","platform":"{platform}","id":"{id}","text":"late","author":{{"id":"u"}},"change":"{change}"}}"#
    )
}

#[test]
fn idle_connections_beyond_the_descriptor_limit_take_neither_ingest_nor_health_down() {
    let hard = getrlimit(Resource::Nofile).maximum;
    setrlimit(Resource::Nofile, Rlimit { current: hard, maximum: hard }).unwrap();
    let site = Deployment::new("flood");
    let server = Server::start(&site);
    block_on(async {
        let mut idle = Vec::new();
        for _ in 0..1_100 {
            for address in [server.ingest, server.telemetry] {
                idle.push(TcpStream::connect(address).await.unwrap());
            }
        }
        let reply = server.post("127.0.0.2", &line("1", "northline", "x", "created")).await;
        assert!(reply.starts_with("HTTP/1.1 202"), "{reply}\n{}", server.process.log());
        let reply = server.livez("127.0.0.2").await;
        assert!(reply.starts_with("HTTP/1.1 200"), "{reply}\n{}", server.process.log());
    });
    server.process.terminate();
}

#[test]
fn a_key_reaches_kafka_with_what_it_speaks_for_and_its_name() {
    let site = Deployment::new("keys");
    let server = Server::start(&site);
    let lines = [
        line("1", "northline", "x", "created"),
        line("2", "southline", "x", "created"),
        line("3", "northline", "bluesky", "deleted"),
    ];
    let reply = block_on(server.post("127.0.0.1", &lines.join("\n")));
    assert!(reply.starts_with("HTTP/1.1 202") && reply.contains("\"accepted\":1"), "{reply}");
    for number in [2, 3] {
        let reason = format!("{{\"line\":{number},\"reason\":\"this key may not speak for ");
        assert!(reply.contains(&reason), "{reply}");
    }
    let mut received = Vec::new();
    let mut each = |record: stage::RawRecord| {
        let mention: Mention = codec::read(&record.value.unwrap()).unwrap();
        let source = record.headers.get(topics::SOURCE_HEADER).map(<[u8]>::to_vec);
        received.push((mention.id, source));
    };
    kafka::topic_reader::read_topic(&site.settings, topics::RECEIVED, &mut each).unwrap();
    assert_eq!(received, [("1".to_owned(), Some(b"agency".to_vec()))]);
    server.process.terminate();
}
