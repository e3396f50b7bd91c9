# reject_delay: 0 is allowed: rejected as soon as the primary says so.
reject_delay 0

   0       request A alice guess          -> check_password A
   70ms    password wrong A               -> reject A; login reject wrong_password 1
   71ms    again A                        -> reject A again

calls 0
