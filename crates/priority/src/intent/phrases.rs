//! The words and phrases, in lower case, a comma or a line end between them.

use mention::Intent;

/// Every intent with what shows it.
pub(super) const ALL: [(Intent, &str); 5] = [
    (Intent::Spam, SPAM),
    (Intent::Complaint, COMPLAINT),
    (Intent::Request, REQUEST),
    (Intent::Question, QUESTION),
    (Intent::Praise, PRAISE),
];

/// Words before a word that turn it round.
pub(super) const NEGATIONS: [&str; 19] = [
    "not", "no", "never", "isn't", "wasn't", "aren't", "don't", "doesn't", "didn't", "without",
    "nicht", "kein", "keine", "nie", "sin", "nunca", "pas", "sans", "jamais",
];

const SPAM: &str = "\
click here, check my bio, link in my bio, work from home and earn, earn money
make money online
free followers, buy followers, crypto giveaway, free bitcoin, double your money, forex signals
investment opportunity, dm me to earn, whatsapp me on, limited time offer, promo code
claim your prize, you have won, win a free, free iphone
gana dinero, geld verdienen, gagnez de l'argent";

const COMPLAINT: &str = "\
not working, isn't working, doesn't work, does not work, won't work, stopped working, don't work
still down, is down, are down, went down, goes down, been down, down again, outage, no signal
no service, no internet, no connection, no network, no coverage, lost connection, cuts out
keeps dropping, keeps disconnecting, dropped calls, can't connect, cannot connect, can't call
can't log in, cannot log in, can't access, locked out, broken, useless, terrible, awful, horrible
worst, appalling, disgusting, disgraceful, pathetic, shambles, joke of a company, rip off, ripoff
ripped off, scam, scammed, fraud, overcharged, charged twice, double charged, wrong bill
hidden fees, price increase, price hike, unacceptable, ridiculous, disappointed, disappointing
frustrated, frustrating, furious, angry, fed up, sick of, had enough, sort it out, fix this
fix your, waste of money, waste of time, never again, avoid, thanks for nothing, no reply
no response, no answer, ignored, ignoring me, hours on hold, on hold for, still waiting
been waiting, waited, still no, nobody helps, nobody answers, no one answers, lied, liars
switching to, leaving you, cancelling my, canceling my, closing my account, complaint, complain
lawyer, ombudsman, so slow, too slow, very slow, slow internet, painfully slow, crashes
keeps crashing, unreliable, incompetent, rude, shame on, let down, never arrived, error
funktioniert nicht, geht nicht, geht gar nichts, kein netz, kein internet, kein empfang, störung
ausfall, kaputt, schlecht, katastrophe, frechheit, abzocke, betrug, unverschämt, enttäuscht
enttäuschend, unzuverlässig, nie wieder, beschwerde, zu langsam, so langsam, warte seit
no funciona, no funcionan, sin internet, sin servicio, sin señal, sin cobertura, sin conexión
estafa, vergüenza, pésimo, pésima, fatal, horrible servicio, avería, harto, harta, reclamación
ne marche pas, ne fonctionne pas, marche plus, fonctionne plus, panne, pas de réseau
plus de réseau, pas d'internet, plus d'internet, arnaque, honte, inadmissible, scandaleux
déçu, déçue, nul, nulle, réclamation";

const REQUEST: &str = "\
please help, help me, need help, can you help, could you help, can someone help, can you please
could you please, please call, please contact, please dm, please send, please cancel, please fix
please check, please refund, please activate, please unlock, please change, please remove
i want a refund, i want to cancel, i'd like to, i would like to, want my money back, refund
cancel my, activate my, unlock my, change my, upgrade my, move my, port my number, call me back
contact me, get back to me, send me, replace my, waiting for a callback, sos, asap
bitte helfen, bitte um, brauche hilfe, hilfe, können sie bitte, könnt ihr bitte, kündigen
kündigung, rückerstattung, rückruf, erstattung, necesito ayuda, ayuda, por favor, reembolso
cancelar, dar de baja, aidez moi, besoin d'aide, pouvez vous, s'il vous plaît, svp
remboursement, résilier, résiliation";

const QUESTION: &str = "\
how do i, how can i, how long, how much, when will, when is, where is, where can i, what is the
is there a, is there any, do you have, do you offer, does anyone know, anyone know, any idea
any news, any update, any eta, can i, wondering if, wie kann ich, wie lange, wann kommt
wann wird, gibt es, weiß jemand, cómo puedo, cuándo, cuánto, dónde, comment faire, quand est ce
est ce que, combien";

const PRAISE: &str = "\
thank you, thanks, thank u, thx, cheers for, great, excellent, amazing, awesome, brilliant
fantastic, wonderful, love, loving, perfect, well done, kudos, shout out, shoutout, impressed
best, super, sorted it, sorted now, helpful, recommend, happy with, so happy, very happy
danke, dankeschön, vielen dank, toll, klasse, hervorragend, zufrieden, begeistert, gracias
genial, excelente, encantado, encantada, merci, bravo, parfait, génial, ravi, ravie";
