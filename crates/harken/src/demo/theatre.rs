//! Both ends of the demo: the story and the agents go in, what is routed and raised comes out.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use mention::codec::{self, Fact};
use mention::{Filtered, Raised, Routed, Unique, author_key, topics};
use stage::memory::Broker;
use stage::{Input, Raw};

use super::agents::Agents;
use super::books::Counted;
use super::latency::Latency;
use super::screen::{Screen, Shown};
use super::sights::Sights;
use super::story::{self, Story};
use crate::clock::{self, Stopwatch};
use crate::embedded::{CHUNK, Edge, Outbreaks, Turn, append};
use crate::replay::Summary;
use crate::{Problem, output};

/// How long to wait at most before looking around.
const NAP: Duration = Duration::from_millis(40);

/// The demo under way.
pub(super) struct Theatre<W> {
    story: Story,
    agents: Agents,
    outbreaks: Outbreaks,
    sights: Sights,
    books: Counted,
    screen: Screen<W>,
    summary: Summary,
    latency: Latency,
    stop: Arc<AtomicBool>,
    length: Duration,
    begun: Stopwatch,
    /// Mentions handed in, and since when they are being processed.
    inside: (u64, Stopwatch),
    is_over: bool,
}

impl<W: Write> Theatre<W> {
    pub(super) fn new(
        (seed, mentions, length): (u64, u64, Duration),
        outbreaks: Outbreaks,
        books: Counted,
        screen: Screen<W>,
        stop: Arc<AtomicBool>,
    ) -> Self {
        let (begun, latency) = (Stopwatch::start(), Latency::new());
        Self {
            story: Story::new(seed, mentions),
            agents: Agents::new(seed),
            outbreaks,
            sights: Sights::default(),
            books,
            screen,
            summary: Summary::default(),
            latency,
            stop,
            length,
            begun,
            inside: (0, begun),
            is_over: false,
        }
    }

    /// Shows what it came to.
    pub(super) fn end(mut self) -> Result<(), Problem> {
        self.books.close()?;
        self.summary.close(0);
        let took = self.begun.elapsed();
        let shown = self.screen.end(&self.summary, &self.sights, &self.latency, took);
        self.books.end();
        shown.or_else(|e| output::lost(&e))
    }

    /// Takes what came out; whether anybody still looks.
    fn drain(&mut self, broker: &Broker) -> Result<bool, Problem> {
        for topic in reporting::In::topics() {
            for raw in broker.take(topic) {
                self.books.note(&raw);
                if let Err(e) = self.see(&raw)? {
                    return output::lost(&e).map(|()| false);
                }
            }
        }
        broker.take(topics::REACTION);
        self.summary.dead_letters += broker.take_dead().len() as u64;
        self.books.tick()?;
        let now = story::at(self.begun.elapsed(), self.length);
        match self.screen.draw(now, &self.summary) {
            Ok(()) => Ok(true),
            Err(e) => output::lost(&e).map(|()| false),
        }
    }

    fn see(&mut self, raw: &Raw) -> Result<std::io::Result<()>, Problem> {
        match raw.at.topic {
            topics::UNIQUE => self.summary.unique(&read::<Unique>(raw)?),
            topics::SPREAD => self.summary.spread += 1,
            topics::FILTERED => self.summary.filtered(&read::<Filtered>(raw)?),
            topics::ROUTED => {
                let routed = read::<Routed>(raw)?;
                self.summary.routed(&routed);
                self.sights.routed(&routed);
                self.agents.hear(&routed, story::late(routed.mention.received_at));
                return Ok(self.screen.show(&Shown::Routed(&routed)));
            }
            topics::RAISED => {
                let raised = read::<Raised>(raw)?;
                self.summary.raised += 1;
                self.sights.raised(&raised);
                return Ok(self.screen.show(&Shown::Raised(&raised)));
            }
            _ => {}
        }
        Ok(Ok(()))
    }

    /// Hands in everything due; whether there was anything.
    fn feed(&mut self, broker: &Broker, now: stage::Micros) -> Result<bool, Problem> {
        let mut fed = 0;
        let mut mentions = 0;
        while fed < CHUNK {
            let (told, acted) = (self.story.next(), self.agents.next());
            let is_story = told.is_some_and(|at| acted.is_none_or(|acted| at <= acted));
            let Some(at) = (if is_story { told } else { acted }).filter(|at| *at <= now) else {
                break;
            };
            if self.outbreaks.is_due(at) {
                if fed > 0 {
                    break;
                }
                self.notice(broker)?;
            }
            self.outbreaks.fed(at);
            let mut key = Vec::with_capacity(64);
            if !is_story {
                if let Some(event) = self.agents.act() {
                    author_key(&event.tenant, &event.platform, &event.author_id, &mut key);
                    append(broker, topics::CASE_EVENT, at, &key, &event);
                }
            } else {
                let mention = self.story.tell();
                mention.key(&mut key);
                append(broker, topics::RECEIVED, at, &key, &mention);
                mentions += 1;
            }
            fed += 1;
        }
        self.summary.heard += mentions;
        self.inside = (mentions, Stopwatch::start());
        Ok(fed > 0)
    }

    /// Lets outbreaks be noticed, once a minute of the story is over.
    fn notice(&mut self, broker: &Broker) -> Result<(), Problem> {
        for incident in self.outbreaks.turn(broker)? {
            if self.sights.incident(incident.clone()) {
                self.screen.show(&Shown::Incident(&incident)).or_else(|e| output::lost(&e))?;
            }
        }
        self.summary.incidents = self.sights.incidents();
        Ok(())
    }
}

impl<W: Write> Edge for Theatre<W> {
    fn turn(&mut self, broker: &Broker) -> Result<Turn, Problem> {
        let (mentions, since) = std::mem::replace(&mut self.inside, (0, self.begun));
        if mentions > 0 {
            self.latency.note(mentions, since.elapsed());
        }
        if !self.drain(broker)? || self.stop.load(Ordering::Relaxed) || self.is_over {
            return Ok(Turn::End);
        }
        let now = story::at(self.begun.elapsed(), self.length);
        if self.feed(broker, now)? {
            return Ok(Turn::More);
        }
        if now >= story::START + story::LENGTH {
            self.is_over = true;
            return Ok(Turn::Time(now));
        }
        let next = self.story.next().into_iter().chain(self.agents.next()).min();
        let wait = next.map_or(NAP, |next| {
            story::until(next, self.length).saturating_sub(self.begun.elapsed())
        });
        clock::sleep(wait.min(NAP));
        Ok(Turn::Time(story::at(self.begun.elapsed(), self.length).min(next.unwrap_or(now))))
    }
}

fn read<F: Fact>(raw: &Raw) -> Result<F, Problem> {
    codec::read(raw.value.as_deref().unwrap_or_default())
        .map_err(|bad| Problem::Bug(format!("read back {}: {}", raw.at.topic, bad.message)))
}
