//! Sentence templates of the generator, with placeholders filled at random.

use numeric::random::SplitMix64;

/// The topic of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Theme {
    /// The network is down.
    Outage,
    /// A complaint about anything else.
    Complaint,
    /// A question.
    Question,
    /// A request.
    Request,
    /// Praise.
    Praise,
    /// Spam.
    Spam,
    /// A neutral remark.
    Chatter,
    /// Any of these in another language.
    Foreign,
    /// An answer of the brand.
    Answer,
}

const OUTAGE: &[&str] = &[
    "No {service} in {place} since {hour}, what is going on?",
    "{service} is down again in {place}. This is the {nth} time this month, unacceptable",
    "Is there an outage in {place}? My {service} has been dead for {n} hours",
    "Third call to your hotline, {n} minutes on hold, still no {service}. I am furious",
    "I work from home in {place} and your {service} outage is costing me money. Terrible service",
    "No signal at all in {place}. Could not even call an ambulance, this is dangerous",
    "So {service} just died during an exam. Thanks for nothing, worst provider ever",
    "Your status page says all is fine. {place} has no {service} since {hour}. Stop lying",
    "Still no {service}. {n} hours now. When will it be fixed?",
    "Whole street in {place} without {service}, my shop cannot take cards. Fix it now!",
];

const COMPLAINT: &[&str] = &[
    "Charged me twice for {plan} and nobody at the hotline can explain it. Disgrace",
    "{n} weeks waiting for my refund. This is ridiculous and I am done with you",
    "The technician never showed up in {place}. Took a day off for nothing, very angry",
    "Why does {service} crawl every evening? {plan} promised ten times this speed, awful",
    "Your app logs me out all the time, it is broken and useless since the last update",
    "Cancelled {plan} in {month} and you keep taking my money. I want it back",
    "Rude agent hung up on me after {n} minutes. Horrible customer service",
    "My new router is faulty, the {nth} one. What a joke",
];

const QUESTION: &[&str] = &[
    "Does {plan} include roaming in Switzerland?",
    "How do I move my number to {plan}?",
    "When does the shop in {place} open on Saturday?",
    "Is fibre available in {place} yet?",
    "What is the difference between {plan} and the old one?",
    "Can I use {service} and keep my old router?",
    "Where can I see how much data I have left this month?",
    "Do you have a student price for {plan}?",
];

const REQUEST: &[&str] = &[
    "Please send me the contract for {plan} as PDF",
    "Could somebody change my address to {place}, the form does not work",
    "Please call me back about {plan}, I asked {n} days ago",
    "I need an invoice for {month}, please",
    "Please block my SIM card, my phone was stolen in {place}",
    "Can you please reset the password of my account?",
];

const PRAISE: &[&str] = &[
    "Shout out to the team in {place}, solved my problem in {n} minutes. Thank you!",
    "Just switched to {plan} and I love it, so fast",
    "Best {service} I ever had, great job",
    "Thanks for the quick help today, really friendly agent",
    "Wow, fibre in {place} is amazing. Happy customer here",
    "Great to see {service} back so soon, well done everybody",
    "{plan} is excellent value, recommended it to my sister",
];

const SPAM: &[&str] = &[
    "WIN a free phone now!!! Click https://win-{n}.example/claim and follow for more",
    "Make $ {n}00 a day from home, no risk, DM me now! https://cash-{n}.example",
    "Cheap followers, {n}000 for 5 euro, buy now https://grow-{n}.example",
    "Crypto giveaway: send 0.1 get 0.2 back https://gift-{n}.example limited offer",
];

const CHATTER: &[&str] = &[
    "Northline is opening a store in {place} next month, says the local paper",
    "Switching from cable to {service} next week",
    "Saw the Northline advert with the dog {n} times today",
    "Compared {plan} with three others on my blog, link in bio",
    "The Northline shirt at the match in {place} was quite something",
    "Working on the train to {place} today, using {service} all the way",
];

const FOREIGN: &[&str] = &[
    "Seit {n} Stunden kein Internet in {place}, niemand geht ans Telefon. Eine Frechheit",
    "Wann wird die Störung in {place} endlich behoben? Ich arbeite von zu Hause",
    "Vielen Dank für die schnelle Hilfe gestern, alles läuft wieder",
    "Plus de réseau à {place} depuis {n} heures, c'est inadmissible",
    "Sin cobertura en {place} desde hace {n} horas, nadie me da una solución",
    "¿Cuándo abre la tienda de {place} los sábados?",
];

const ANSWER: &[&str] = &[
    "We are sorry about this. Please send us your customer number in a direct message.",
    "Our engineers are on it. The next update comes at {hour}.",
    "Thank you for the kind words, we pass them on to the team!",
    "Yes, it does. You find the details in the app under Tariff.",
];

const SERVICES: &[&str] =
    &["mobile data", "broadband", "home internet", "fibre", "5G", "mobile internet", "WiFi"];
const PLACES: &[&str] = &[
    "Ashford",
    "Brenton",
    "Calder Bay",
    "Dunmere",
    "Eastvale",
    "Fernhill",
    "Glenrock",
    "Harrow End",
    "Kingsport",
    "Lakeside",
    "Millbrook",
    "Northgate",
    "Oldbury",
    "Port Ellis",
    "Ravenna Heights",
];
const PLANS: &[&str] =
    &["Northline One", "Northline Family", "Home 500", "Home 1000", "Mobile Flex", "Mobile Max"];
const HOURS: &[&str] =
    &["noon", "one o'clock", "half past one", "two", "quarter past two", "three"];
/// The services and places affected by the outage.
const DOWN: &[&str] = &["mobile data", "mobile data", "mobile internet", "5G"];
const SOUTH: &[&str] = &["Calder Bay", "Kingsport", "Kingsport", "Port Ellis"];
const NTHS: &[&str] = &["second", "third", "fourth", "fifth"];
const MONTHS: &[&str] = &["January", "February", "March", "April", "May", "June"];
const OPENERS: &[&str] =
    &["", "", "", "@northline ", "@northline ", "Hi, ", "Seriously. ", "Hey @northline "];
const CLOSERS: &[&str] =
    &["", "", "", "", " Anyone else?", " #northline", " Just saying.", " Thanks", " 🙄", " Again."];

/// A random sentence about a theme.
pub(super) fn sentence(theme: Theme, random: &mut SplitMix64) -> String {
    let sentences = match theme {
        Theme::Outage => OUTAGE,
        Theme::Complaint => COMPLAINT,
        Theme::Question => QUESTION,
        Theme::Request => REQUEST,
        Theme::Praise => PRAISE,
        Theme::Spam => SPAM,
        Theme::Chatter => CHATTER,
        Theme::Foreign => FOREIGN,
        Theme::Answer => ANSWER,
    };
    let mut text = String::with_capacity(120);
    let is_dressed = !matches!(theme, Theme::Spam | Theme::Foreign | Theme::Answer);
    if is_dressed {
        text.push_str(random.pick(OPENERS));
    }
    let (services, places) = match theme {
        Theme::Outage => (DOWN, SOUTH),
        _ => (SERVICES, PLACES),
    };
    fill(random.pick(sentences), (services, places), &mut text, random);
    if is_dressed {
        text.push_str(random.pick(CLOSERS));
    }
    text
}

/// Appends a template to `into` with its placeholders filled.
fn fill(
    sentence: &str,
    (services, places): (&[&'static str], &[&'static str]),
    into: &mut String,
    random: &mut SplitMix64,
) {
    let mut rest = sentence;
    while let Some((before, gap)) = rest.split_once('{') {
        into.push_str(before);
        // A template without a closing brace is a typo that the test finds.
        let (name, after) = gap.split_once('}').unwrap_or((gap, ""));
        let filler = match name {
            "service" => random.pick(services),
            "place" => random.pick(places),
            "plan" => random.pick(PLANS),
            "hour" => random.pick(HOURS),
            "nth" => random.pick(NTHS),
            "month" => random.pick(MONTHS),
            _ => &(2 + random.below(57)).to_string(),
        };
        into.push_str(filler);
        rest = after;
    }
    into.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_placeholder_of_every_sentence_is_filled() {
        let mut random = SplitMix64::seeded(7);
        let all = [OUTAGE, COMPLAINT, QUESTION, REQUEST, PRAISE, SPAM, CHATTER, FOREIGN, ANSWER];
        for sentence in all.into_iter().flatten() {
            let mut text = String::new();
            fill(sentence, (SERVICES, PLACES), &mut text, &mut random);
            assert!(!text.contains(['{', '}']), "{text}");
        }
    }
}
