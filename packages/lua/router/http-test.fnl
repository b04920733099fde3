(import-macros {: expect : expect=} :router.test)
(local http (require :router.http))
(local {: new} (require :router.loop))
(local system (require :router.system))

(expect= (http.request-of "GET /a/b?x=1 HTTP/1.1\r\nHost: x\r\n\r\n") {:method :GET :path "/a/b" :query "x=1"})
(each [_ text (ipairs ["" "GET\r\n\r\n" "GET a HTTP/1.1\r\n\r\n" "GET / HTTP/2\r\n\r\n" "get / HTTP/1.1\r\n\r\n"])]
  (expect= (http.request-of text) nil))

(fn handler [{: path}]
  (case path
    "/" {:type "text/html" :body "hello" :headers {:X "1"}}
    "/broken" (error "no way" 0)))

(fn first-line [text]
  (string.match text "^[^\r]*"))

(expect= (http.answer-to "GET / HTTP/1.1\r\n\r\n" handler)
         "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5\r\nConnection: close\r\nX: 1\r\n\r\nhello")
(expect (string.find (http.answer-to "HEAD / HTTP/1.1\r\n\r\n" handler) "Content%-Length: 5.*\r\n\r\n$"))
(expect= (first-line (http.answer-to "GET /none HTTP/1.1\r\n\r\n" handler)) "HTTP/1.1 404 Not Found")
(expect= (first-line (http.answer-to "POST / HTTP/1.1\r\n\r\n" handler)) "HTTP/1.1 405 Method Not Allowed")
(expect= (first-line (http.answer-to "nonsense\r\n\r\n" handler)) "HTTP/1.1 400 Bad Request")
(let [(answer reason) (http.answer-to "GET /broken HTTP/1.1\r\n\r\n" handler)]
  (expect= (first-line answer) "HTTP/1.1 500 Internal Server Error")
  (expect= reason "no way"))

;; Over a socket: this program is client and server.
(let [loop (new)
      listener (assert (system.listen "127.0.0.1" 0))
      port (system.port listener)
      {: check} (require :router.processes)
      big (string.rep "x" 300000)
      server (http.serve loop [listener] #{:body big})
      script (.. "exec 3<>/dev/tcp/127.0.0.1/" port "; printf 'GET / HTTP/1.1\\r\\n' >&3; sleep 0.05;"
                 " printf 'Host: x\\r\\n\\r\\n' >&3; wc -c <&3")
      (from to) (system.pipe)
      child (system.start ["bash" "-c" script] {1 to})]
  (system.close to)
  (var answer nil)
  (loop:on from #(do (set answer (system.read from))
                     (loop:stop)))
  (loop:after 20000 #(error "no answer"))
  (loop:run)
  (system.wait child)
  (expect (> (tonumber answer) 300000))
  ;; Nothing is left of the connection, and no more than there may be are kept.
  (expect= server.count 0))
