(import-macros {: expect : expect= : expect-error} :router.test)
(local files (require :router.files))
(local outputs (require :router.outputs))
(local processes (require :router.processes))
(local system (require :router.system))

(local top (os.tmpname))
(os.remove top)
(system.set_environment :SERVICES_DIRECTORY top)
(local wan (.. top "/outputs/wan"))
(files.make-tree (.. top "/outputs"))

(fn publish [key text]
  "As `put` of a body does."
  (let [staged (.. wan "/." key)
        file (io.open staged :w)]
    (file:write text "\n")
    (file:close)
    (os.rename staged (.. wan "/" key))))

(expect= (outputs.value :wan :router) nil)
(expect (not (outputs.ready? :wan)))
(local follower (outputs.follow :wan))
(expect (not (follower:changed?)))

;; It comes after its follower.
(files.make-tree wan)
(publish :router "192.0.2.1")
(publish :state "ready")
(expect (follower:changed?))
(expect= (follower:value :router) "192.0.2.1")
(expect (follower.ready?))
(expect (not (follower:changed?)))

(publish :router "192.0.2.2")
(expect (. (system.poll {follower.descriptor :read} 1000) follower.descriptor))
(expect (follower:changed?))
(expect= (outputs.all :wan) {:router "192.0.2.2" :state "ready"})

;; The first value of a key: the file is there a moment before what is in it.
(let [file (io.open (.. wan "/domain") :w)]
  (expect (follower:changed?))
  (expect= (follower:value :domain) nil)
  (file:write "\n")
  (file:close))
(expect (follower:changed?))
(expect= (follower:value :domain) "")
(os.remove (.. wan "/domain"))
(expect (follower:changed?))

;; Another service's is none of its own.
(files.make-tree (.. top "/outputs/other"))
(files.write (.. top "/outputs/other/x") "1")
(expect (not (follower:changed?)))

;; A folder in it, and what is made there.
(files.make-tree (.. wan "/prefixes"))
(expect (follower:changed?))
(files.write (.. wan "/prefixes/one") "2001:db8::/56")
(expect (follower:changed?))
(expect= (outputs.keys :wan) ["prefixes/one" :router :state])

;; It goes and comes, several times between two looks, too.
(files.remove-tree wan)
(expect (follower:changed?))
(expect= (follower:value :router) nil)
(for [i 1 3]
  (files.remove-tree wan)
  (files.make-tree wan)
  (publish :router (.. "192.0.2.1" i)))
(expect (follower:changed?))
(expect= (follower:value :router) "192.0.2.13")
(publish :router "192.0.2.20")
(expect (follower:changed?))
(follower.close)

;; A program's own service.
(expect-error "no service runs this program" (outputs.put :answers "yes"))
(system.set_environment :SERVICE :reach)
(files.make-tree (.. top "/outputs/reach"))
(outputs.put :answers "yes")
(expect= (files.read (.. top "/outputs/reach/answers")) "yes\n")
(let [seen (outputs.follow :reach)]
  (outputs.put :answers "yes")
  (expect (not (seen:changed?)))
  (outputs.put :answers "no")
  (expect (seen:changed?))
  (expect= (seen:value :answers) "no")
  (seen.close))

;; `wait` sleeps until it is there.
(files.remove-tree wan)
(let [child (processes.start ["sh" "-c" (.. "sleep 0.1; mkdir " wan "; echo 198.51.100.1 >" wan "/router")])]
  (expect= (outputs.wait :wan :router 10000) "198.51.100.1")
  (processes.wait child))
(expect= (outputs.wait :wan :none 20) nil)
;; Names come from outputs of other services, too.
(expect-error "leads out of" (outputs.value :wan "../../secret"))
(files.remove-tree top)
