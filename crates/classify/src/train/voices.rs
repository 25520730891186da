//! Who the tasks of the committed model listen to: lexicons, and plain models of other labelled
//! texts. A voice learns from no text that stands among the labelled texts of others, so that it
//! cannot have read the answers of a task that listens.

use super::plan::{Plan, Said, Sources, XLM_T, is_below, plans, rows};
use super::{Margin, Options, Prior, TrainError};
use crate::data::read_lexicon;

/// Who a task may listen to: a lexicon, or a plain model of the rows of some folders.
struct Voice {
    name: &'static str,
    folders: &'static [&'static str],
    labels: usize,
}

const LEXICONS: [&str; 2] = ["vader_lexicon.txt", "AFINN_AFINN-en-165.txt"];

const VOICES: [Voice; 10] = [
    Voice { name: "emoji", folders: &["tweeteval/emoji"], labels: 20 },
    Voice { name: "emotion", folders: &["tweeteval/emotion"], labels: 4 },
    Voice { name: "irony", folders: &["tweeteval/irony"], labels: 2 },
    Voice { name: "offensive", folders: &["tweeteval/offensive"], labels: 2 },
    Voice { name: "tse", folders: &["tse"], labels: 3 },
    Voice { name: "semeval", folders: &["semeval"], labels: 3 },
    Voice { name: "xlm-t", folders: &XLM_T, labels: 3 },
    Voice { name: "complaints", folders: &["complaints"], labels: 2 },
    Voice { name: "airline", folders: &["airline/sentiment"], labels: 3 },
    Voice { name: "reason", folders: &["airline/reason"], labels: 10 },
];

/// How voices learn: labels are not balanced, since nobody is shown their answers.
pub const VOICE: Margin = Margin { cost: 0.5, passes: 12, balance: 0.0, emphasis: 0.0 };

/// The priors of every voice, by its name.
#[derive(Debug)]
pub struct Voices(Vec<(&'static str, Vec<Prior>)>);

impl Voices {
    /// Reads the lexicons and learns a plain model of every other voice.
    ///
    /// # Errors
    /// As [`Prior::from_task`], and for files that are missing or not what they should be.
    pub fn read(
        sources: &Sources<'_>,
        options: &Options,
        progress: &mut dyn FnMut(String),
    ) -> Result<Voices, TrainError> {
        let mut voices = Vec::new();
        for name in LEXICONS {
            let entries = read_lexicon(&sources.folder.join("lexicons").join(name))?;
            voices.push((name, vec![Prior::from_lexicon(&entries, options.bits)]));
        }
        let allowed =
            |voice: &&Voice| !voice.folders.iter().any(|folder| is_below(folder, sources.without));
        for voice in VOICES.iter().filter(allowed) {
            let mut rows = rows(sources.folder, voice.folders, "train")?;
            others(sources, voice)?.forget(&mut rows);
            progress(format!("listens to {}: {} rows", voice.name, rows.len()));
            voices.push((voice.name, Prior::from_task(&rows, voice.labels, options)?));
        }
        Ok(Voices(voices))
    }

    /// The priors that a plan may listen to: of voices that have not learned from its rows.
    pub fn heard_by(&self, plan: &Plan) -> Vec<&Prior> {
        let own = |name: &str| {
            VOICES.iter().any(|voice| {
                voice.name == name
                    && voice.folders.iter().any(|folder| plan.folders.contains(folder))
            })
        };
        let heard = self.0.iter().filter(|(name, _)| !own(name) && !plan.deaf_to.contains(name));
        heard.flat_map(|(_, priors)| priors).collect()
    }
}

/// What the texts say that a plan learns from or is measured on, of folders that `voice` does not
/// learn from.
fn others(sources: &Sources<'_>, voice: &Voice) -> Result<Said, TrainError> {
    let mut texts = Vec::new();
    for plan in plans(sources.without, &Options::default()) {
        let parts = [(&plan.folders, "train"), (&plan.unseen, "val")];
        for (names, split) in parts {
            let names: Vec<&str> =
                names.iter().copied().filter(|name| !voice.folders.contains(name)).collect();
            texts.extend(rows(sources.folder, &names, split)?);
        }
    }
    Ok(Said::by(&texts))
}
