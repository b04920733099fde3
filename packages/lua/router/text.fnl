;; Text: pieces of it, and what is fit to be shown.

(fn split [separator text]
  "Return the pieces between separators, which are plain text."
  (let [pieces []]
    (var from 1)
    (var (at upto) (string.find text separator 1 true))
    (while at
      (table.insert pieces (string.sub text from (- at 1)))
      (set from (+ upto 1))
      (set (at upto) (string.find text separator from true)))
    (table.insert pieces (string.sub text from))
    pieces))

(fn words [text]
  "Return the words between blanks."
  (icollect [word (string.gmatch text "%S+")] word))

(fn lines [text]
  "Return the lines, without their ends."
  (icollect [line (string.gmatch text "([^\n]*)\n?")]
    (when (not= line "") line)))

(fn trim [text]
  "Return a text without the blanks around it."
  (string.match text "^%s*(.-)%s*$"))

(fn starts-with? [text prefix]
  "Say whether a text begins with another."
  (= (string.sub text 1 (length prefix)) prefix))

(fn ends-with? [text suffix]
  "Say whether a text ends with another."
  (or (= suffix "") (= (string.sub text (- (length suffix))) suffix)))

(fn printable [text]
  "Return a text that a terminal can show: any other byte as a question mark."
  (pick-values 1 (string.gsub text "[^ -~]" "?")))

(fn escape-html [text]
  "Return a text that means itself in HTML, also between quotes."
  (pick-values 1 (string.gsub text "[&<>\"']" {"&" "&amp;" "<" "&lt;" ">" "&gt;" "\"" "&quot;" "'" "&#39;"})))

{: ends-with? : escape-html : lines : printable : split : starts-with? : trim : words}
