/** Arabic: around every screen: band, help bar, languages, switches, “are you still there?”. */
export const WORDS = {
  "band.offline": "لا توجد شبكة: كل شيء محفوظ هنا",
  "band.trouble": "الشبكة لا تجيب: كل شيء محفوظ هنا",
  "help.name": "مساعدة", "help.language": "اللغة", "help.size": "النص", "help.size.of": "{n} من 4",
  "help.contrast": "التباين", "help.contrast.normal": "عادي", "help.contrast.more": "قوي", "help.contrast.dark": "داكن",
  "help.listen": "استماع", "help.quiet": "إيقاف الصوت", "help.leave": "محو كل شيء والمغادرة", "aloud.marked": "معلمة", "aloud.empty": "فارغة", "help.call": "طلب مساعدة",
  "call.title": "طلب مساعدة", "call.lead": "سيأتي شخص من الفريق.", "call.kept": "ورقتك مخفية وتبقى كما هي. لا يراها أحد.", "call.wait": "ابق قرب الجهاز.",
  "call.operator": "أنا من الفريق", "call.go_on": "العودة إلى ورقتي", "call.end": "انتهت المساعدة",
  "step": "الخطوة {at} من 4", "back": "رجوع", "number.project": "المشروع {n}", "comma": "، ",

  "language.title": "اختر لغتك",

  "switch.title": "التصويت بزر واحد", "switch.lead": "يكفي مفتاح أو زر خارجي. الإطار الأصفر يبين ما سيتم اختياره.",
  "switch.one": "زر واحد", "switch.one.how": "الإطار يتقدم وحده كل {n} ثوان. أي مفتاح أو لمسة في أي مكان تختار.",
  "switch.slow": "زر واحد، ببطء", "switch.slow.how": "الإطار يتقدم وحده كل {n} ثوان.",
  "switch.two": "زران", "switch.two.how": "مفتاح المسافة يتقدم، ومفتاح الإدخال يختار.",
  "switch.none": "دون زر: رجوع",

  "idle.title": "هل ما زلت هنا؟", "idle.left": { zero: "يمحى كل شيء الآن.", one: "يمحى كل شيء بعد ثانية واحدة.", two: "يمحى كل شيء بعد ثانيتين.", few: "يمحى كل شيء بعد {n} ثوان.", many: "يمحى كل شيء بعد {n} ثانية.", other: "يمحى كل شيء بعد {n} ثانية." }, "idle.stay": "أنا هنا",

  "second.title": "الجهاز مفتوح هنا من قبل", "second.lead": "نافذة أخرى في هذا المتصفح تشغل الجهاز. أغلق هذه النافذة. إن أغلقت الأخرى، تتولى هذه النافذة العمل.",
};
